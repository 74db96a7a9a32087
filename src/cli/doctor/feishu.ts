import { homePaths } from '../../store/home.js';
import { languageFor, type Settings } from '../../store/settings.js';
import type { CliContext } from '../context.js';
import type { Finding } from './finding.js';

export function feishuSettingsFindings(settings: Settings | undefined, _context: CliContext): Finding[] {
  if (!settings) return [];
  const { appId, appSecret, receiver } = settings.feishu;
  if (appId && appSecret && receiver) return [];
  if (!appId && !appSecret && !receiver) {
    return [
      {
        level: 'note',
        check: 'feishu',
        text: 'not set up: you are asked at the terminal only, and failures reach nobody',
        next: 'keyturn config set feishu.appId',
      },
    ];
  }
  const missing = Object.entries({
    'feishu.appId': appId,
    'feishu.appSecret': appSecret,
    'feishu.receiver': receiver,
  }).find(([, value]) => !value)?.[0];
  return [
    {
      level: 'problem',
      check: 'feishu',
      text: `half set up: ${missing ?? ''} is missing`,
      next: `keyturn config set ${missing ?? ''}`,
    },
  ];
}

export async function feishuTokenFindings(settings: Settings, context: CliContext, home: string): Promise<Finding[]> {
  const { feishuSettings } = await import('../feishu-wire.js');
  const feishu = feishuSettings(settings, languageFor(settings, 'feishu', context.env));
  if (!('ready' in feishu)) return [];
  const { openLog } = await import('../../log.js');
  const { createFeishuClient } = await import('../../feishu/feishu-client.js');
  const client = createFeishuClient({
    settings: feishu.ready,
    log: openLog(homePaths(home).logs, settings.log.level),
    env: context.env,
    retries: 0,
  });
  try {
    await client.signIn(AbortSignal.timeout(10_000));
    return [
      {
        level: 'ok',
        check: 'feishu',
        text: 'the app id and secret are accepted',
        next: 'keyturn notify test (tries the button too)',
      },
    ];
  } finally {
    client.close();
  }
}
