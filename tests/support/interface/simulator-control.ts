import { FieldPaths } from './field-paths.js';
import { startScript } from './program.js';

/**
 * Returns the addresses in the control port's help, each checked with a request, and the fields of `/state`. Covers
 * both kinds of console.
 */
export async function simulatorLines(): Promise<string[]> {
  const lines = await Promise.all(['--simulator-only', '--several-keys'].map(linesOf));
  return [...new Set(lines.flat())].sort();
}

async function linesOf(flag: string): Promise<string[]> {
  const simulator = startScript('scripts/demo.mjs', [flag]);
  try {
    const url = await addressIn(simulator.stdout);
    const help = await (await fetch(url)).text();
    const bodies = new Map<string, Set<string>>();
    for (const [, flags = '', path = '', json] of help.matchAll(
      /^ {2}curl -s ((?:-X POST )?)'?http:\/\/[^/]+(\/[^\s'?]*)\S*(?:.*? -d '([^']*)')?/gm,
    )) {
      const name = `${flags ? 'POST' : 'GET'} ${path}`;
      if (!bodies.has(name)) bodies.set(name, new Set());
      for (const field of Object.keys(JSON.parse(json ?? '{}') as object)) bodies.get(name)?.add(field);
    }
    const lines = [...bodies].map(async ([name, fields]) => {
      const known = (await isKnown(url, name)) ? '' : ' is not there';
      return `${name} ${[...fields].sort().join(' ')}`.trim() + known;
    });
    const state = new FieldPaths('GET /state');
    state.add(await (await fetch(new URL('/state', url))).json());
    return [...(await Promise.all(lines)), ...state.lines()];
  } finally {
    const ended = new Promise((resolve) => simulator.once('close', resolve));
    simulator.kill('SIGTERM');
    await ended;
  }
}

/** Reads on to the end: a closed pipe would end the simulator at its next line. */
function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer | string) => {
      text += chunk.toString();
      const url = /curl -s (http:\/\/[\d.:]+\/) /.exec(text)?.[1];
      if (url) resolve(url);
    });
    output.on('end', () => reject(new Error(`the simulator does not name its control port:\n${text}`)));
  });
}

/** Checks whether the address exists without changing anything: the body of a POST is invalid JSON. */
async function isKnown(base: string, name: string): Promise<boolean> {
  const [method = '', path = ''] = name.split(' ');
  const init = method === 'GET' ? {} : { method, headers: { 'content-type': 'application/json' }, body: '{' };
  const response = await fetch(new URL(path, base), init);
  return response.status !== 404 || !(await response.text()).includes('no such switch');
}
