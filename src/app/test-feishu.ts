import { appError } from '../lib/app-error.js';
import { feishuErrors } from '../feishu/feishu-errors.js';
import { createFeishuClient } from '../feishu/feishu-client.js';
import { sendTestMessage, type TestMessageOptions, type TestMessageReport } from '../feishu/test-message.js';
import { openLog } from '../lib/open-log.js';
import { testAdvice } from '../messages/feishu-advice.js';
import { feishuReasons } from '../messages/feishu-errors.js';
import { homePaths } from '../store/home.js';
import { configSet, languageFor, loadSettings } from '../store/settings.js';
import { feishuSettings } from './feishu-line.js';
import { homeOf, type ProcessContext } from './process-context.js';

/**
 * Sends a test card and waits for an answer. Rejects when a Feishu setting is missing. Where only
 * the chat has the answer, the setting `feishu.answers` becomes `polling`: a button would do nothing.
 */
export async function testFeishu(
  context: ProcessContext,
  options: Required<Pick<TestMessageOptions, 'waitMs' | 'onSent'>>,
): Promise<TestMessageReport> {
  const home = homeOf(context);
  const { env, signal } = context;
  const settings = await loadSettings({ env, home });
  const feishu = feishuSettings(settings, languageFor(settings, 'feishu', env));
  if (!('ready' in feishu)) {
    const problems = feishu.missing.map(feishuReasons.missing);
    throw appError(feishuErrors.badSettings, { problems, next: `keyturn config set ${feishu.missing[0]}` });
  }
  const log = openLog(homePaths(home).logs, settings.log.level);
  const client = createFeishuClient({ settings: feishu.ready, log, env });
  try {
    const report = await sendTestMessage({ client, log, signal, ...options });
    if (report.answeredBy !== 'polling' || feishu.ready.answers === 'polling') return report;
    await configSet({ env, home }, 'feishu.answers', 'polling');
    return { ...report, advice: [...report.advice, testAdvice.nowPolling] };
  } finally {
    client.close();
  }
}
