import { same, untranslated } from './text.js';

/** What Feishu answered, without secrets. `code` is Feishu's own number, `status` the HTTP status. */
export interface FeishuFailure {
  readonly action: string;
  readonly code?: number;
  readonly msg?: string;
  readonly status?: number;
  readonly logId?: string;
}

const nothingSent = 'The renewal itself is not affected by this.';

const tryTest = 'keyturn notify test';

function said({ code, msg, status, logId }: FeishuFailure): string {
  const parts = [
    code === undefined ? undefined : `code ${code}`,
    msg,
    status === undefined || status === 200 ? undefined : `HTTP ${status}`,
    logId === undefined ? undefined : `log id ${logId}`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

export const feishuErrorTexts = {
  badSettings: ({ problems }: { problems: readonly string[] }) => ({
    message: untranslated(`The Feishu settings cannot be used: ${problems.join('; ')}.`),
    state: untranslated('Nothing was sent.'),
    hint: same('keyturn config set feishu.appId cli_…'),
  }),
  wrongSecret: (failure: FeishuFailure) => ({
    message: untranslated(`Feishu does not accept the app id and app secret${said(failure)}.`),
    state: untranslated('Nothing was sent.'),
    hint: same('keyturn config set feishu.appSecret …'),
  }),
  unreachable: ({ action, reason }: FeishuFailure & { reason: string }) => ({
    message: untranslated(`Feishu cannot be reached: ${action} failed (${reason}).`),
    state: untranslated(nothingSent),
    hint: same(tryTest),
  }),
  overloaded: (failure: FeishuFailure) => ({
    message: untranslated(`Feishu put off ${failure.action}${said(failure)}.`),
    state: untranslated(nothingSent),
    hint: same(tryTest),
  }),
  refused: (failure: FeishuFailure & { advice?: string }) => ({
    message: untranslated(
      `Feishu refused ${failure.action}${said(failure)}.${failure.advice ? ` ${failure.advice}` : ''}`,
    ),
    state: untranslated(nothingSent),
    hint: same(tryTest),
  }),
  notFeishu: ({ action, status }: FeishuFailure) => ({
    message: untranslated(
      `The answer to ${action} is not Feishu's JSON${status ? ` (HTTP ${status})` : ''}: ` +
        'a proxy or a sign-in page of the network may stand in between, or feishu.domain is wrong.',
    ),
    state: untranslated(nothingSent),
    hint: same('keyturn config get feishu.domain'),
  }),
  noLongConnection: ({ reason }: { reason: string }) => ({
    message: untranslated(`The long connection to Feishu does not come up: ${reason}.`),
    state: untranslated('Messages can be sent, but buttons and replies do not reach keyturn.'),
    hint: same(tryTest),
  }),
};
