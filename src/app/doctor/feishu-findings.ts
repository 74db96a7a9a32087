import { AppError, orAppError } from '../../lib/app-error.js';
import { feishuErrors } from '../../feishu/feishu-errors.js';
import type { FeishuClient } from '../../feishu/feishu-client.js';
import { feishuBaseUrl, type FeishuSettings } from '../../feishu/feishu-settings.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { noticeTexts } from '../../messages/notices.js';
import { same, withoutStop } from '../../messages/text.js';
import { languageFor, type Settings } from '../../store/settings.js';
import { feishuSettings } from '../feishu-line.js';
import { homeOf } from '../process-context.js';
import { note, ok, problem, problemOf, type CheckScope, type Finding } from './finding.js';

export function feishuSettingsFindings(settings: Settings): Finding[] {
  const feishu = feishuSettings(settings, 'en');
  if ('ready' in feishu) return [];
  const { missing } = feishu;
  const next = `keyturn config set ${missing[0] ?? ''}`;
  return missing.length === 3
    ? [note('settings', texts.feishuNotSetUp, next)]
    : [problem('settings', texts.feishuHalfSetUp(missing), next, feishuErrors.badSettings.code)];
}

/**
 * Checks the Feishu app with read-only requests. Sends a message to the receiver only if `sends` is set: only that
 * proves that messages arrive.
 */
export async function feishuFindings(scope: CheckScope, settings: Settings, sends: boolean): Promise<Finding[]> {
  const { context, signal, timeoutMs } = scope;
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
      refusedAs('bot', client, async () => {
        const { isActive } = await client.botState(signal);
        if (isActive !== false) return [ok('bot', texts.hasBot)];
        return [problem('bot', texts.appIsOff, consoleUrl(client.settings))];
      }),
      refusedAs('scopes', client, () => scopeFindings(client, signal)),
      connectionFindings(client, scope),
    ]);
    const message = await refusedAs('message', client, async () => {
      if (!sends) return [note('message', texts.notSent, 'keyturn doctor --send')];
      await client.sendText(noticeTexts.doctor[client.settings.language ?? 'zh'], signal);
      return [ok('message', texts.sent)];
    });
    return [ok('secret', texts.secretAccepted(feishu.ready.appId)), ...parts.flat(), ...message];
  } finally {
    signal.removeEventListener('abort', cut);
    client.close();
  }
}

function signInFinding(error: AppError): Finding {
  if (error.code === feishuErrors.wrongSecret.code) return problemOf('secret', error);
  const text = texts.feishuSilent(withoutStop(error.texts.message));
  return problemOf('feishu', error, { text, next: same('keyturn config get feishu.domain') });
}

async function scopeFindings(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  const { scopeGaps } = await import('../../feishu/needed-scopes.js');
  const gaps = scopeGaps(await client.listScopes(signal), client.settings.answers);
  if (gaps.length === 0) return [ok('scopes', texts.scopesGranted)];
  const next = same(`${consoleUrl(client.settings)}/auth`);
  return gaps.map(({ anyOf: [scope = ''], without, level }) => {
    return { level, check: 'scopes', text: texts.scopeMissing(scope, without), next };
  });
}

async function connectionFindings(client: FeishuClient, { context, timeoutMs }: CheckScope): Promise<Finding[]> {
  const { answers = 'auto' } = client.settings;
  if (answers === 'polling') return [ok('connection', texts.polling)];
  const { watchHolder } = await import('../watch/watch-lock.js');
  const watch = await watchHolder(homeOf(context));
  if (watch) return [ok('connection', texts.watchConnected(watch.pid, watch.host))];
  const { tryLongConnection } = await import('../../feishu/long-connection.js');
  const tried = await orAppError(tryLongConnection(client, timeoutMs * 0.4));
  const next = 'keyturn notify test';
  if (tried instanceof AppError) {
    const isOnly = answers === 'connection';
    const text = (isOnly ? texts.noAnswers : texts.chatInstead)(withoutStop(tried.texts.message));
    return [problemOf('connection', tried, { level: isOnly ? 'problem' : 'warning', text, next: same(next) })];
  }
  return [ok('connection', texts.connects, next)];
}

/** What Feishu refused, with the console page on which to change it. */
async function refusedAs(check: string, { settings }: FeishuClient, work: () => Promise<Finding[]>) {
  const found = await orAppError(work());
  if (!(found instanceof AppError)) return found;
  if (found.code !== feishuErrors.refused.code) return [problemOf(check, found, { level: 'warning' })];
  const isReceiver = found.message.includes('feishu.receiver');
  const next = same(isReceiver ? 'keyturn config set feishu.receiver' : consoleUrl(settings));
  // An app that may not list its scopes may still send.
  return [problemOf(check, found, { level: check === 'scopes' ? 'note' : 'problem', next })];
}

const consoleUrl = (settings: FeishuSettings): string => `${feishuBaseUrl(settings)}/app/${settings.appId}`;
