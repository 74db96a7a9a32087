import { same, untranslated } from './text.js';

const nothingStarted = 'Nothing listens, and the page that needs its owner was left as it is.';

export const takeoverErrorTexts = {
  openWithoutHttps: ({ host }: { host: string }) => ({
    message: untranslated(
      `takeover.host is ${host}, which other machines can reach, but takeover.publicUrl is not an https:// address: what you type on the page, codes and passwords, could be read on the way.`,
    ),
    state: untranslated(nothingStarted),
    hint: same(
      'keyturn config set takeover.host 127.0.0.1 (then reach it through a tunnel or a reverse proxy), or set takeover.publicUrl to its https:// address',
    ),
  }),
  plainPublicUrl: ({ host }: { host: string }) => ({
    message: untranslated(
      `takeover.publicUrl is plain http:// and ${host} is not this machine: everybody on the way could read what you type, and take the page over.`,
    ),
    state: untranslated(nothingStarted),
    hint: same(
      'keyturn config set takeover.publicUrl https://… (a tunnel, `tailscale serve` or a reverse proxy gives you one)',
    ),
  }),
  plainPrivateUrl: ({ host }: { host: string }) => ({
    message: untranslated(
      `takeover.publicUrl is plain http:// at ${host}, an address of a private network: whoever shares that network could read what you type. That is fine only where the network itself encrypts, as Tailscale and WireGuard do.`,
    ),
    state: untranslated(nothingStarted),
    hint: same(
      'keyturn config set takeover.allowPrivateHttp true (only on such a network), or set takeover.publicUrl to an https:// address',
    ),
  }),
  badPublicUrl: ({ reason }: { reason: string }) => ({
    message: untranslated(`takeover.publicUrl cannot be used: ${reason}.`),
    state: untranslated(nothingStarted),
    hint: same('keyturn config set takeover.publicUrl https://keyturn.example.com'),
  }),
  portUnusable: ({ host, port, reason }: { host: string; port: number; reason: string }) => ({
    message: untranslated(`The takeover page cannot listen on ${host}, port ${port}: ${reason}.`),
    state: untranslated(nothingStarted),
    hint: same('keyturn config set takeover.port 0 (any free port), or one that is free'),
  }),
  pageGone: () => ({
    message: untranslated('The browser page that needs its owner went away before it could be shown.'),
    state: untranslated('Nothing listens any more; the account and its key are as they were.'),
    hint: same('keyturn unblock --remote'),
  }),
};
