import type { ConsoleKind } from './console-types.js';
import { ownerPassword } from './console-state.js';

const kinds: Readonly<Record<ConsoleKind, string>> = {
  'one-key': 'one key: a new one kills the old one. The built-in site profile iflow describes it.',
  'several-keys': 'several keys side by side, each shown once, listed by name only. GET /site-profile describes it.',
};

/** Returns the manual of the control port. Its commands can be pasted into a shell. */
export function controlHelp(url: string, kind: ConsoleKind): string {
  const post = (path: string, body?: object) =>
    `  curl -s -X POST ${url}${path}${body ? ` -H 'content-type: application/json' -d '${JSON.stringify(body)}'` : ''}`;
  const get = (path: string) => (path.includes('?') ? `  curl -s '${url}${path}'` : `  curl -s ${url}${path}`);
  return `keyturn's simulator: the control port

Everything here acts on the simulated console and Feishu of this process only. All answers but the site profile are JSON.
The console (kind \`${kind}\`) has ${kinds[kind]}

What is so
${get('/state')}          where everything listens, the time, the weather
${get('/truth')}          every account: its keys, those that are dead, sign-ins, requests
${get('/truth?phone=15100001234')}
${get('/requests')}       every request so far, without secrets
${kind === 'several-keys' ? `${get('/site-profile')}   the console's site profile\n` : ''}${get('/sms')}            the last SMS code of every number

Time (simulated; child commands follow it only when they are started anew)
${post('/clock/advance', { by: '84h' })}
${post('/clock/advance', { ms: 60000 })}

Accounts
${post('/owners', { phone: '15100001234', key: 'existing', keyAgeMs: 302_400_000 })}
${post('/sessions/expire')}
${post('/keys/rotate-elsewhere', { phone: '15100001234' })}

Weather (name only what changes; \`null\` ends a captcha; GET /state lists every part)
${post('/weather', { captcha: { where: 'dialog', on: 'rotate', nth: 1 } })}
${post('/weather', { captcha: { where: 'page', on: 'visit', nth: 1, after: 'lost', rejectFirst: 1 } })}
${post('/weather', { replayRefused: true })}
${post('/weather', { smsOnReset: true, smsInput: 'boxes', confirmDialog: true })}
${post('/weather', { passwordOnRotate: true })}   every password is ${ownerPassword}
${post('/weather', { keyShownAfterRotate: 'nowhere' })}
${post('/weather', { keyExpiry: 'none', namesAreUnique: true })}   with several keys
${post('/weather', { renderDelayMs: 10_000 })}
${post('/weather', { drift: 'button' })}
${post('/weather', { status429: { next: 2, retryAfterS: 3 }, status500: { next: 1, on: 'rotate' } })}
${post('/weather', { dropAnswerAfterRotate: { next: 1 } })}
${post('/weather', { cookie: 'persistent', login: 'localStorage' })}
${post('/weather', { gone: true })}
${post('/weather/reset')}

Feishu, as the owner of the account
${get('/feishu/messages')}
${get('/feishu/images/IMAGE_KEY')} > picture.png
${post('/feishu/press', { button: '打开浏览器' })}
${post('/feishu/say', { text: 'ok' })}
`;
}
