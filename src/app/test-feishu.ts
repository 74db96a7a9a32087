import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { createFeishuClient } from '../feishu/feishu-client.js';
import { sendTestMessage, type TestMessageOptions, type TestMessageReport } from '../feishu/test-message.js';
import { openLog } from '../lib/open-log.js';
import { homePaths } from '../store/home.js';
import { languageFor, loadSettings } from '../store/settings.js';
import { feishuSettings } from './feishu-line.js';
import { homeOf, type ProcessContext } from './process-context.js';

export type { TestMessageReport };

export type TestFeishuOptions = Required<Pick<TestMessageOptions, 'waitMs' | 'onStep'>>;
export type TestFeishuStep = Parameters<TestFeishuOptions['onStep']>[0];

/** Sends a test card and waits for an answer. Rejects when a Feishu setting is missing. */
export async function testFeishu(context: ProcessContext, options: TestFeishuOptions): Promise<TestMessageReport> {
  const home = homeOf(context);
  const { env, signal } = context;
  const settings = await loadSettings({ env, home });
  const feishu = feishuSettings(settings, languageFor(settings, 'feishu', env));
  if (!('ready' in feishu)) throw appError(cliErrors.feishuMissing, { missing: feishu.missing });
  const log = openLog(homePaths(home).logs, settings.log.level);
  const client = createFeishuClient({ settings: feishu.ready, log, env });
  try {
    return await sendTestMessage({ client, log, signal, ...options });
  } finally {
    client.close();
  }
}
