import { entry } from './app-error.js';

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

/** KT5xx: Feishu. */
export const feishuErrors = {
  badSettings: entry<{ problems: readonly string[] }>({
    code: 'KT501',
    title: 'Feishu settings are not usable',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ problems }) => `The Feishu settings cannot be used: ${problems.join('; ')}.`,
    state: 'Nothing was sent.',
    hint: 'keyturn config set feishu.appId cli_…',
    byItself: 'renewals go on without messages; questions are asked at the terminal',
    example: { problems: ['feishu.appId must be "cli_" and 16 hexadecimal digits, as the developer console shows it'] },
  }),
  wrongSecret: entry<FeishuFailure>({
    code: 'KT502',
    title: 'Feishu does not accept the app id and secret',
    exitCode: 2,
    next: 'fix-settings',
    message: (failure) => `Feishu does not accept the app id and app secret${said(failure)}.`,
    state: 'Nothing was sent.',
    hint: 'keyturn config set feishu.appSecret …',
    byItself: 'renewals go on without messages; questions are asked at the terminal',
    example: { action: 'signing in', code: 10014, msg: 'app secret invalid' },
  }),
  unreachable: entry<FeishuFailure & { reason: string }>({
    code: 'KT503',
    title: 'Feishu cannot be reached',
    exitCode: 1,
    next: 'try-later',
    message: ({ action, reason }) => `Feishu cannot be reached: ${action} failed (${reason}).`,
    state: nothingSent,
    hint: tryTest,
    byItself: 'asks again up to twice at once; renewals go on without the message',
    example: { action: 'sending a message', reason: 'no answer in time' },
  }),
  overloaded: entry<FeishuFailure>({
    code: 'KT504',
    title: 'Feishu is overloaded or limits the rate',
    exitCode: 1,
    next: 'try-later',
    message: (failure) => `Feishu put off ${failure.action}${said(failure)}.`,
    state: nothingSent,
    hint: tryTest,
    byItself: 'asks again up to twice, after the time that Feishu names; renewals go on without the message',
    example: { action: 'sending a message', code: 99991400, msg: 'request trigger frequency limit' },
  }),
  refused: entry<FeishuFailure & { advice?: string }>({
    code: 'KT505',
    title: 'Feishu refused a request',
    exitCode: 1,
    next: 'fix-settings',
    message: (failure) =>
      `Feishu refused ${failure.action}${said(failure)}.${failure.advice ? ` ${failure.advice}` : ''}`,
    state: nothingSent,
    hint: tryTest,
    byItself: 'renewals go on without the message',
    example: { action: 'sending a message', code: 230013, msg: 'bot has no availability to this user' },
  }),
  notFeishu: entry<FeishuFailure>({
    code: 'KT506',
    title: 'The answer is not from Feishu',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ action, status }) =>
      `The answer to ${action} is not Feishu's JSON${status ? ` (HTTP ${status})` : ''}: ` +
      'a proxy or a sign-in page of the network may stand in between, or feishu.domain is wrong.',
    state: nothingSent,
    hint: 'keyturn config get feishu.domain',
    byItself: 'renewals go on without the message',
    example: { action: 'signing in', status: 200 },
  }),
  noLongConnection: entry<{ reason: string }>({
    code: 'KT507',
    title: 'The long connection to Feishu does not come up',
    exitCode: 1,
    next: 'try-later',
    message: ({ reason }) => `The long connection to Feishu does not come up: ${reason}.`,
    state: 'Messages can be sent, but buttons and replies do not reach keyturn.',
    hint: tryTest,
    byItself:
      'connects again with growing pauses as long as the run lasts; reads answers from the chat instead where it may',
    example: { reason: 'not up within 10000 ms' },
  }),
};

function said({ code, msg, status, logId }: FeishuFailure): string {
  const parts = [
    code === undefined ? undefined : `code ${code}`,
    msg,
    status === undefined || status === 200 ? undefined : `HTTP ${status}`,
    logId === undefined ? undefined : `log id ${logId}`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
