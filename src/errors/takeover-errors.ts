import { entry } from './app-error.js';

const nothingStarted = 'Nothing listens, and the page that needs its owner was left as it is.';

/** KT7xx: the takeover page, which shows one tab live on the owner's phone. */
export const takeoverErrors = {
  openWithoutHttps: entry<{ host: string }>({
    code: 'KT701',
    title: 'the takeover page would be open to the network without HTTPS',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ host }) =>
      `takeover.host is ${host}, which other machines can reach, but takeover.publicUrl is not an https:// address: what you type on the page, codes and passwords, could be read on the way.`,
    state: nothingStarted,
    hint: 'keyturn config set takeover.host 127.0.0.1 (then reach it through a tunnel or a reverse proxy), or set takeover.publicUrl to its https:// address',
    byItself: "the renewal goes on; the browser's window stays on this machine's display",
    example: { host: '0.0.0.0' },
  }),
  plainPublicUrl: entry<{ host: string }>({
    code: 'KT702',
    title: 'takeover.publicUrl is plain HTTP',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ host }) =>
      `takeover.publicUrl is plain http:// and ${host} is not this machine: everybody on the way could read what you type, and take the page over.`,
    state: nothingStarted,
    hint: 'keyturn config set takeover.publicUrl https://… (a tunnel, `tailscale serve` or a reverse proxy gives you one)',
    byItself: "the renewal goes on; the browser's window stays on this machine's display",
    example: { host: 'keyturn.example.com' },
  }),
  plainPrivateUrl: entry<{ host: string }>({
    code: 'KT703',
    title: 'takeover.publicUrl is plain HTTP on a private network',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ host }) =>
      `takeover.publicUrl is plain http:// at ${host}, an address of a private network: whoever shares that network could read what you type. That is fine only where the network itself encrypts, as Tailscale and WireGuard do.`,
    state: nothingStarted,
    hint: 'keyturn config set takeover.allowPrivateHttp true (only on such a network), or set takeover.publicUrl to an https:// address',
    byItself: "the renewal goes on; the browser's window stays on this machine's display",
    example: { host: '192.168.1.20' },
  }),
  badPublicUrl: entry<{ reason: string }>({
    code: 'KT704',
    title: 'takeover.publicUrl cannot be used',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ reason }) => `takeover.publicUrl cannot be used: ${reason}.`,
    state: nothingStarted,
    hint: 'keyturn config set takeover.publicUrl https://keyturn.example.com',
    byItself: "the renewal goes on; the browser's window stays on this machine's display",
    example: { reason: 'it has a user name in it' },
  }),
  portUnusable: entry<{ host: string; port: number; reason: string }>({
    code: 'KT705',
    title: 'the takeover page cannot listen',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ host, port, reason }) => `The takeover page cannot listen on ${host}, port ${port}: ${reason}.`,
    state: nothingStarted,
    hint: 'keyturn config set takeover.port 0 (any free port), or one that is free',
    byItself: "the renewal goes on; the browser's window stays on this machine's display",
    example: { host: '127.0.0.1', port: 8443, reason: 'another program listens there' },
  }),
  pageGone: entry({
    code: 'KT706',
    title: 'the page to take over is gone',
    exitCode: 1,
    next: 'try-later',
    message: () => 'The browser page that needs its owner went away before it could be shown.',
    state: 'Nothing listens any more; the account and its key are as they were.',
    hint: 'keyturn unblock --remote',
    byItself: "ends the run's wait for its owner; the next run begins anew",
  }),
};
