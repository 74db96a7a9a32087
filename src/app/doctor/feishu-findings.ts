import { AppError, orAppError } from '../../errors/app-error.js';
import { feishuErrors } from '../../errors/feishu-errors.js';
import type { FeishuClient } from '../../feishu/feishu-client.js';
import type { FeishuSettings } from '../../feishu/feishu-settings.js';
import { noticeTexts } from '../../messages/notices.js';
import { languageFor, type Settings } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { feishuSettings } from '../feishu-line.js';
import { note, ok, problem, problemOf, withoutStop, type Finding } from './finding.js';

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
  const feishu = feishuSettings(settings, 'en');
  if ('ready' in feishu) return [];
  const { missing } = feishu;
  if (missing.length === 3) {
    const text = 'not set up: you are asked at the terminal only, and failures reach nobody';
    return [note('settings', text, { next: 'keyturn config set feishu.appId' })];
  }
  const text = `half set up: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return [
    problem('settings', text, { code: feishuErrors.badSettings.code, next: `keyturn config set ${missing[0] ?? ''}` }),
  ];
}

/** Checks the Feishu app with read-only requests. Sends a message only if `sends` is set. */
export async function feishuFindings(check: FeishuCheck): Promise<Finding[]> {
  const { settings, context, signal, timeoutMs } = check;
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
    const signedIn = await orAppError(client.signIn(signal));
    if (signedIn instanceof AppError) return [signInFinding(signedIn)];
    const parts = await Promise.all([
      botFindings(client, signal),
      scopeFindings(client, signal),
      connectionFindings(client, check),
    ]);
    return [
      ok('secret', `the app id and secret are accepted (${feishu.ready.appId})`),
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
    text: `${withoutStop(error.message)}; renewals go on, but nobody can be asked or told`,
    next: error.code === feishuErrors.notFeishu.code ? error.hint : 'keyturn config get feishu.domain',
  });
}

async function botFindings(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  try {
    const { isActive } = await client.botState(signal);
    if (isActive !== false) return [ok('bot', 'the app has its bot')];
    const text = 'the organisation has not enabled the app, or has switched it off: no message can be sent';
    return [problem('bot', text, { next: consoleUrl(client.settings) })];
  } catch (error) {
    return [refusal('bot', error, client.settings)];
  }
}

async function scopeFindings(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  const { settings } = client;
  try {
    const { scopeGaps } = await import('../../feishu/needed-scopes.js');
    const gaps = scopeGaps(await client.listScopes(signal), settings.answers);
    if (gaps.length === 0) return [ok('scopes', 'all that is needed is granted')];
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
    return [ok('connection', 'not used: answers are read from the chat (feishu.answers)')];
  }
  const { watchHolder } = await import('../watch/watch-lock.js');
  const watch = await watchHolder(check.home);
  if (watch) return [ok('connection', `keyturn watch (pid ${watch.pid} on ${watch.host}) holds it`)];
  const { tryLongConnection } = await import('../../feishu/long-connection.js');
  const tried = await orAppError(tryLongConnection(client, check.timeoutMs * 0.4));
  const next = 'keyturn notify test';
  if (tried instanceof AppError) {
    const isOnly = answers === 'connection';
    const instead = isOnly ? 'no answer can arrive' : `no answer can arrive until ${next} has found another way`;
    const text = `${withoutStop(tried.message)}; ${instead}`;
    return [problemOf('connection', tried, { level: isOnly ? 'problem' : 'warning', text, next })];
  }
  const text =
    'it comes up; whether your answers come over it, or to another program of this app, only an answer shows';
  return [ok('connection', text, { next })];
}

async function messageFindings(client: FeishuClient, { sends, signal }: FeishuCheck): Promise<Finding[]> {
  if (!sends) {
    const text = 'not tried: only a message shows whether the receiver is in the app’s availability range';
    return [note('message', text, { next: 'keyturn doctor --send' })];
  }
  try {
    await client.sendText(noticeTexts.doctor[client.settings.language ?? 'zh'], signal);
    return [ok('message', 'one was sent to feishu.receiver, and Feishu took it')];
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
  const isRefused = error.code === feishuErrors.refused.code;
  const isReceiver = isRefused && /feishu\.receiver/.test(error.message);
  const next = isReceiver ? 'keyturn config set feishu.receiver' : isRefused ? consoleUrl(settings) : error.hint;
  return problemOf(check, error, { level: isRefused ? level : level === 'problem' ? 'warning' : level, next });
}

function consoleUrl({ appId, domain = 'feishu' }: FeishuSettings): string {
  const host =
    domain === 'feishu' ? 'https://open.feishu.cn' : domain === 'lark' ? 'https://open.larksuite.com' : domain;
  return `${host}/app/${appId}`;
}
