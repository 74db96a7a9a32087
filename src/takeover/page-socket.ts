import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { ensurePrivateDir } from '../lib/private-files.js';

/** The longest path of a socket on macOS; Linux allows four more bytes. */
const longestPath = 103;

const hashOf = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 12);

/** The part of an account's takeover page in the address of the page, which says nothing about the account. */
export const pageId = (home: string, account: string): string => hashOf(`${home}\0${account}`);

/** Where the process that holds the page serves it. Only this user can reach it. */
export function pageSocket(home: string, id: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\keyturn-${id}`;
  const path = join(home, 'pages', `${id}.sock`);
  if (Buffer.byteLength(path) <= longestPath) return path;
  return join(tmpdir(), `keyturn-${userInfo().uid}-${hashOf(home)}`, `${id}.sock`);
}

/** Makes room for the socket of a process that holds the account's lock: what is there belonged to a dead process. */
export async function clearSocket(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await ensurePrivateDir(dirname(path));
  await rm(path, { force: true });
}

/** The secret part of a link, which works once and until then. Epoch milliseconds. */
export interface NewToken {
  readonly token: string;
  readonly until: number;
}

/** A new link's token for the account's open page; the old link ends. Undefined when no page is open. */
export async function askForToken(home: string, account: string): Promise<NewToken | undefined> {
  const at = { socketPath: pageSocket(home, pageId(home, account)), path: '/link', method: 'POST' };
  try {
    const answer = await responseTo(request({ ...at, signal: AbortSignal.timeout(2000) }).end());
    const body = (await json(answer)) as NewToken;
    return answer.statusCode === 200 ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects when the request fails before it is answered; a later failure is one of the response. */
export async function responseTo(asking: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  asking.on('error', () => undefined);
  return response;
}
