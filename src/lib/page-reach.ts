import { hostname, userInfo } from 'node:os';
import { orUndefined } from './or-undefined.js';

/** How a person gets to a page that keyturn opens: at this machine's screen, by a link on the phone, or over ssh. */
export type PageReach = { readonly way: 'desktop' | 'phone' } | { readonly way: 'ssh'; readonly command: string };

/** A window that a person can see may open here. Only Linux has machines without a desktop. */
export function hasDesktop(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/** A desktop comes first: the window opens there, and no link is sent. */
export function pageReach(
  takeover: { readonly publicUrl?: string; readonly port: number },
  env: NodeJS.ProcessEnv,
  platform?: NodeJS.Platform,
): PageReach {
  if (hasDesktop(env, platform)) return { way: 'desktop' };
  return takeover.publicUrl === undefined ? { way: 'ssh', command: sshCommand(takeover.port) } : { way: 'phone' };
}

/** How to reach this machine, and through it the takeover page. Port 0 is not known before the page opens. */
export function sshCommand(port: number): string {
  // The user of a container may have a number only.
  const user = orUndefined(() => userInfo().username) ?? 'USER';
  return `ssh ${port === 0 ? '' : `-L ${port}:127.0.0.1:${port} `}${user}@${hostname()}`;
}
