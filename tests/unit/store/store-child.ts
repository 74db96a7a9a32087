import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
const compiled = new Map<string, string>();

/** The store's sources compiled to JavaScript, for real child processes. Compiled once per worker. */
function compiledStore(libraries: readonly string[] | undefined): string {
  const cached = compiled.get(String(libraries));
  if (cached) return cached;
  const out = mkdtempSync(join(tmpdir(), 'keyturn-store-js-'));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  if (libraries) mkdirSync(join(out, 'node_modules'));
  for (const name of libraries?.map((library) => `node_modules/${library}`) ?? ['node_modules']) {
    symlinkSync(join(root, name), join(out, name), 'dir');
  }
  const folders = ['messages', 'messages/cli', 'core', 'lib', 'store', 'store/secrets'];
  const source = join(root, 'src');
  const entryPoints = folders.map((folder) => join(source, folder, '*.ts'));
  buildSync({ entryPoints, outdir: out, outbase: source, format: 'esm', platform: 'node', target: 'es2022' });
  compiled.set(String(libraries), out);
  return out;
}

export interface StoreChild {
  readonly process: ChildProcess;
  readonly pid: number;
  /** The output so far. */
  output(): string;
  /** Resolves when the child has printed the text. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly output: string;
  }>;
}

export interface StoreChildOptions {
  readonly umask?: number;
  /** A command that starts the child. */
  readonly under?: readonly string[];
  /** Only these npm packages are installed, so loading another one fails. Default: all. */
  readonly libraries?: readonly string[];
}

/**
 * Runs a module's text in a child process. It may import the store's files as `store/<name>.js`, those of lib as `lib/<name>.js`, and print with
 * `console.log`. `args` start at `process.argv[2]`.
 */
export function runStoreChild(
  script: string,
  args: readonly string[] = [],
  options: StoreChildOptions = {},
): StoreChild {
  const folder = compiledStore(options.libraries);
  const file = join(folder, `child-${Math.random().toString(36).slice(2)}.js`);
  const umask = options.umask === undefined ? '' : `process.umask(${options.umask});\n`;
  writeFileSync(file, umask + script.replace(/'(store|lib)\//g, "'./$1/"));
  const [command = process.execPath, ...rest] = [...(options.under ?? []), process.execPath, file, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const waiting = new Set<() => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    for (const check of waiting) check();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<Awaited<StoreChild['ended']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  return {
    process: child,
    pid: child.pid ?? -1,
    output: () => output,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!output.includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`The child ended without printing ${text}:\n${output}`)));
      }),
    ended,
  };
}
