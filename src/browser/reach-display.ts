import { connect, type NetConnectOpts } from 'node:net';
import path from 'node:path';

export async function reachDisplay(
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<{ readonly name: string; readonly answers: boolean } | undefined> {
  const places = displaySockets(env);
  if (!places) return undefined;
  for (const place of places.sockets) {
    if (await answers(place, timeoutMs)) return { name: places.name, answers: true };
  }
  return { name: places.name, answers: false };
}

/** In the order in which a browser tries them. Undefined when the environment names no display. */
export function displaySockets(
  env: NodeJS.ProcessEnv,
): { readonly name: string; readonly sockets: readonly NetConnectOpts[] } | undefined {
  const { DISPLAY: x, WAYLAND_DISPLAY: wayland } = env;
  if (x) {
    const [, host = '', number = ''] = /^(?:unix)?(.*):(\d+)(?:\.\d+)?$/.exec(x) ?? [];
    if (number === '') return { name: x, sockets: [] };
    if (host !== '') return { name: x, sockets: [{ host: host.replace(/^\[|\]$/g, ''), port: 6000 + Number(number) }] };
    const socket = `/tmp/.X11-unix/X${number}`;
    // X servers listen in the abstract namespace too, which works where a container has no socket file in /tmp.
    return { name: x, sockets: [{ path: socket }, { path: `\0${socket}` }] };
  }
  if (!wayland) return undefined;
  const file = path.isAbsolute(wayland) ? wayland : path.join(env['XDG_RUNTIME_DIR'] ?? '/run/user', wayland);
  return { name: wayland, sockets: [{ path: file }] };
}

function answers(place: NetConnectOpts, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...place, timeout: timeoutMs });
    const finish = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
