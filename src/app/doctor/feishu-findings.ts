import { AppError } from '../../errors/app-error.js';
import { feishuErrors } from '../../errors/feishu-errors.js';
import type { FeishuClient } from '../../feishu/feishu-client.js';
import type { FeishuSettings } from '../../feishu/feishu-settings.js';
import { noticeTexts } from '../../messages/notices.js';
import { languageFor, type Settings } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { problemOf, type Finding } from './finding.js';

export interface FeishuCheck {
  readonly settings: Settings;
  readonly context: ProcessContext;
  readonly home: string;
  /** Send a message to the receiver: only that proves that messages arrive. */
  readonly sends: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function feishuSettingsFindings(settings: Settings): Finding[] {
  const { appId, appSecret, receiver } = settings.feishu;
  const wanted = { 'feishu.appId': appId, 'feishu.appSecret': appSecret, 'feishu.receiver': receiver };
  const missing = Object.entries(wanted).flatMap(([key, value]) => (value ? [] : [key]));
  if (missing.length === 0) return [];
  if (missing.length === 3) {
    const text = 'not set up: you are asked at the terminal only, and failures reach nobody';
    return [{ level: 'note', check: 'settings', text, next: 'keyturn config set feishu.appId' }];
  }
  const text = `half set up: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return [
    {
      level: 'problem',
      check: 'settings',
      text,
      code: feishuErrors.badSettings.code,
      next: `keyturn config set ${missing[0] ?? ''}`,
    },
  ];
}

/** Checks the Feishu app with read-only requests. Sends a message only if `sends` is set. */
export async function feishuFindings(check: FeishuCheck): Promise<Finding[]> {
  const { settings, context, signal, timeoutMs } = check;
  const { feishuSettings } = await import('../feishu-line.js');
  const feishu = feishuSettings(settings, languageFor(settings, 'feishu', context.env));
  if (!('ready' in feishu)) return [];
  const [{ createFeishuClient }, { silentLog }] = await Promise.all([
    import('../../feishu/feishu-client.js'),
    import('../../lib/log.js'),
  ]);
  const client = createFeishuClient({
    settings: feishu.ready,
    log: silentLog,
    env: context.env,
    // Shorter than the check's deadline, because the client's own timeout error names the request.
    timeoutMs: timeoutMs * 0.4,
    retries: 0,
  });
  const cut = () => client.close();
  signal.addEventListener('abort', cut, { once: true });
  try {
    try {
      await client.signIn(signal);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [signInFinding(error)];
    }
    const parts = await Promise.all([
      botFindings(client, signal),
      scopeFindings(client, signal),
      connectionFindings(client, check),
    ]);
    return [
      { level: 'ok', check: 'secret', text: `the app id and secret are accepted (${feishu.ready.appId})` },
      ...parts.flat(),
      ...(await messageFindings(client, check)),
    ];
  } finally {
    signal.removeEventListener('abort', cut);
    client.close();
  }
}

function signInFinding(error: AppError): Finding {
  if (error.code === feishuErrors.wrongSecret.code) {
    return problemOf('secret', error, { next: 'keyturn config set feishu.appSecret' });
  }
  if (error.code === feishuErrors.badSettings.code) return problemOf('settings', error);
  return problemOf('feishu', error, {
    text: `${error.message.replace(/\.$/, '')}; renewals go on, but nobody can be asked or told`,
    next: error.code === feishuErrors.notFeishu.code ? error.hint : 'keyturn config get feishu.domain',
  });
}

async function botFindings(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  try {
    const { isActive } = await client.botState(signal);
    if (isActive !== false) return [{ level: 'ok', check: 'bot', text: 'the app has its bot' }];
    const text = 'the organisation has not enabled the app, or has switched it off: no message can be sent';
    return [{ level: 'problem', check: 'bot', text, next: consoleUrl(client.settings) }];
  } catch (error) {
    return [refusal('bot', error, client.settings)];
  }
}

async function scopeFindings(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  const { settings } = client;
  try {
    const { scopeGaps } = await import('../../feishu/needed-scopes.js');
    const gaps = scopeGaps(await client.listScopes(signal), settings.answers);
    if (gaps.length === 0) return [{ level: 'ok', check: 'scopes', text: 'all that is needed is granted' }];
    return gaps.map(({ anyOf, without, level }) => ({
      level,
      check: 'scopes',
      text: `${anyOf[0] ?? ''} is not granted: ${without}; grant it (权限管理), then create a version and publish it`,
      next: `${consoleUrl(settings)}/auth`,
    }));
  } catch (error) {
    // Only a note: an app that may not list its scopes may still send.
    return [refusal('scopes', error, settings, 'note')];
  }
}

async function connectionFindings(client: FeishuClient, check: FeishuCheck): Promise<Finding[]> {
  const { answers = 'auto' } = client.settings;
  if (answers === 'polling') {
    return [{ level: 'ok', check: 'connection', text: 'not used: answers are read from the chat (feishu.answers)' }];
  }
  const { watchHolder } = await import('../watch/watch-lock.js');
  const watch = await watchHolder(check.home);
  const { tryLongConnection } = await import('../../feishu/try-long-connection.js');
  try {
    const timeoutMs = check.timeoutMs * 0.4;
    await tryLongConnection({ client, timeoutMs, signal: check.signal, opens: watch === undefined });
    const text = watch
      ? `Feishu gives one out; keyturn watch (pid ${watch.pid} on ${watch.host}) holds it`
      : 'it comes up; whether your answers come over it, or to another program of this app, only an answer shows';
    return [{ level: 'ok', check: 'connection', text, ...(watch ? {} : { next: 'keyturn notify test' }) }];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isOnly = answers === 'connection';
    const instead = isOnly
      ? 'no answer can arrive'
      : 'answers are read from the chat instead, and cards have no buttons';
    const text = `${error.message.replace(/\.$/, '')}; ${instead}`;
    return [
      problemOf('connection', error, { level: isOnly ? 'problem' : 'warning', text, next: 'keyturn notify test' }),
    ];
  }
}

async function messageFindings(client: FeishuClient, { sends, signal }: FeishuCheck): Promise<Finding[]> {
  if (!sends) {
    const text = 'not tried: only a message shows whether the receiver is in the app’s availability range';
    return [{ level: 'note', check: 'message', text, next: 'keyturn doctor --send' }];
  }
  try {
    await client.sendText(noticeTexts.doctor[client.settings.language ?? 'zh'], signal);
    return [{ level: 'ok', check: 'message', text: 'one was sent to feishu.receiver, and Feishu took it' }];
  } catch (error) {
    return [refusal('message', error, client.settings)];
  }
}

/** What Feishu refused, with the console page on which to change it. */
function refusal(
  check: string,
  error: unknown,
  settings: FeishuSettings,
  level: Finding['level'] = 'problem',
): Finding {
  if (!(error instanceof AppError)) throw error;
  const isReceiver = /feishu\.receiver/.test(error.message) && error.code === feishuErrors.refused.code;
  const isRefused = error.code === feishuErrors.refused.code;
  const next = isReceiver ? 'keyturn config set feishu.receiver' : isRefused ? consoleUrl(settings) : error.hint;
  return problemOf(check, error, { level: isRefused ? level : level === 'problem' ? 'warning' : level, next });
}

/** The app's page in the developer console. */
function consoleUrl({ appId, domain = 'feishu' }: FeishuSettings): string {
  const host =
    domain === 'feishu' ? 'https://open.feishu.cn' : domain === 'lark' ? 'https://open.larksuite.com' : domain;
  return `${host}/app/${appId}`;
}
