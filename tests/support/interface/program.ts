import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pLimit from 'p-limit';
import { catalogue } from '../error-catalogue.js';
import { jsonAnswer } from '../json-answer.js';
import { runInProcess } from '../keyturn-in-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Starts the built program with no settings in the environment and a state folder that does not exist. */
export function startProgram(args: readonly string[], env?: NodeJS.ProcessEnv): Child {
  return startScript(packageJson.bin['keyturn'] ?? '', args, env);
}

/** @param file relative to the project's folder */
export function startScript(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  return spawn(process.execPath, [join(root, file), ...args], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownEnv(), ...env },
  });
}

function ownEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:FEISHU|KEYTURN)_/.test(name));
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', FORCE_COLOR: undefined, KEYTURN_HOME: '/nowhere' };
}

export const outputOf = async (...args: Parameters<typeof startProgram>) => (await endOf(startProgram(...args))).stdout;

function endOf(child: Child): Promise<{ stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (data: string) => (text[name] += data));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', () => resolve(text)));
}

export async function packageLines(): Promise<string[]> {
  const { bin, exports, scripts } = packageJson;
  const exported = Object.entries(exports).map(async ([name, files]) =>
    (await exportedNames(files)).map((each) => `export ${name} ${each}`),
  );
  return [
    ...Object.entries(bin).map(([name, file]) => `program ${name}: ${file}`),
    ...(await Promise.all(exported)).flat(),
    ...Object.keys(scripts).map((name) => `npm script ${name}`),
  ].sort();
}

/** Reads the names from the declarations. Importing the module shows which of them are values. */
async function exportedNames(files: { readonly types: string; readonly default: string }): Promise<string[]> {
  const text = await readFile(join(root, files.types), 'utf8');
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)];
  if (lists.length !== text.match(/^export /gm)?.length) throw new Error(`${files.types} has exports of another form`);
  const names = lists.flatMap(([, list = '']) =>
    list.split(',').map((each) => each.trim().replace(/^type |.* as /, '')),
  );
  const values = Object.keys((await import(pathToFileURL(join(root, files.default)).href)) as object);
  const hidden = values.filter((name) => !names.includes(name));
  if (hidden.length > 0) throw new Error(`${files.default} exports what is not declared: ${hidden.join(', ')}`);
  return names.map((name) => `${values.includes(name) ? 'value' : 'type'} ${name}`);
}

const withArguments = ['bench', 'check:challenges', 'demo', 'soak', 'test', 'test:bad-inputs', 'test:faults'];

/** Returns the usage of each script that takes arguments. Skips the commands that run before it, such as the build. */
export async function scriptLines(): Promise<string[]> {
  const { scripts } = packageJson;
  const limit = pLimit(2);
  const texts = await Promise.all(
    withArguments.map((name) => limit(() => shell(`${scripts[name]?.split('&&').at(-1)} --help`))),
  );
  return withArguments.map((name, index) => {
    const usage = /^Usage: (.+)$/m.exec(texts[index] ?? '')?.[1];
    if (!usage) throw new Error(`npm run ${name} -- --help names no usage:\n${texts[index]}`);
    return `${name}: ${usage}`;
  });
}

/** Runs a command as npm does, with the Node of this process. Returns its output. */
async function shell(command: string): Promise<string> {
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child = spawn(command, {
    shell: true,
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = await endOf(child);
  return stdout + stderr;
}

export interface CommandLines {
  readonly lines: readonly string[];
  /** The commands that have `--json`, such as `account list`. */
  readonly withJson: readonly string[];
}

/** Finds all commands by running `--help` for each: the built program for itself, and this process for the others. */
export async function commandLines(): Promise<CommandLines> {
  const withJson: string[] = [];
  const walk = async (path: readonly string[]): Promise<string[]> => {
    const help = readHelp(path.length === 0 ? await outputOf(['--help']) : await helpOf(path));
    const name = ['keyturn', ...path].join(' ');
    if (help.options.some(({ term }) => term === '--json')) withJson.push(path.join(' '));
    const flags = help.options.map(({ term, about }) => `${name} ${term}${limits(about)}`);
    const words = help.arguments
      .filter(({ about }) => /^[\w-]+(?:, [\w-]+)+$/.test(about) || limits(about))
      .map(({ term, about }) => `${name} <${term}> ${limits(about).trim() || about}`);
    const names = help.commands.map(({ term }) => /^[\w-]+/.exec(term)?.[0] ?? '').filter((each) => each !== 'help');
    const below = await Promise.all(names.map((each) => walk([...path, each])));
    return [help.usage, ...flags, ...words, ...below.flat()];
  };
  return { lines: (await walk([])).sort(), withJson: withJson.sort() };
}

async function helpOf(path: readonly string[]): Promise<string> {
  return (await runInProcess([...path, '--help'], { env: ownEnv() })).stdout;
}

interface HelpEntry {
  readonly term: string;
  readonly about: string;
}

function readHelp(text: string) {
  const entries = (title: string): HelpEntry[] => {
    const section = new RegExp(`^${title}:\n((?: +.*\n)*)`, 'm').exec(text)?.[1] ?? '';
    // Long descriptions continue on the next lines, indented further.
    const whole = section.replace(/\n {3,}/g, ' ');
    return [...whole.matchAll(/^ {2}(\S.*?)(?: {2,}(.*))?$/gm)].map(([, term = '', about = '']) => ({ term, about }));
  };
  const usage = /^Usage: (.+)$/m.exec(text)?.[1];
  if (!usage) throw new Error(`not a help text:\n${text}`);
  return { usage, arguments: entries('Arguments'), options: entries('Options'), commands: entries('Commands') };
}

/** Returns the ` (choices: "a", "b", default: "a")` part of a description. */
const limits = (about: string) => / \((?:choices|default): [^)]*\)/.exec(about)?.[0] ?? '';

export async function exitCodeLines(): Promise<string[]> {
  const help = await outputOf(['--help']);
  const text = /^Exit codes: ([^]*)\.$/m.exec(help)?.[1]?.replaceAll('\n', ' ') ?? '';
  return [...text.matchAll(/(\d+) (.+?)(?=, \d+ |$)/g)].map(([, code, meaning]) => `${code} ${meaning}`);
}

export function errorLines(): string[] {
  return catalogue.map(({ code, exitCode }) => `${code} exit ${exitCode}`);
}

/** A valid value for each variable that is a setting. */
const variables = {
  KEYTURN_LANGUAGE: 'en',
  FEISHU_APP_ID: 'cli_0123456789abcdef',
  FEISHU_APP_SECRET: 'planted-app-secret',
  FEISHU_RECEIVER: 'ou_0123456789abcdef',
  FEISHU_DOMAIN: 'lark',
  KEYTURN_BROWSER: 'chromium',
  KEYTURN_TAKEOVER_URL: 'https://keyturn.example.com',
  KEYTURN_HEARTBEAT_URL: 'https://example.com/beat',
  KEYTURN_PASSPHRASE_FILE: '/passphrase',
  KEYTURN_LOG_LEVEL: 'debug',
};

export async function settingLines(): Promise<string[]> {
  const list = async (env?: NodeJS.ProcessEnv) =>
    jsonAnswer('config list', { stdout: await outputOf(['config', 'list', '--json'], env) }).settings;
  const [usual, changed] = await Promise.all([list(), list(variables)]);
  return usual.map(({ key, value }) => {
    const { kind, name } = changed.find((each) => each.key === key)?.source ?? {};
    const variable = kind === 'env' ? `, variable ${name}` : '';
    return `${key}: ${value === undefined ? 'unset' : `default ${JSON.stringify(value)}`}${variable}`;
  });
}

/** Returns all variable names in the built program and the simulator, so that a new one is noticed. */
export async function variableLines(): Promise<string[]> {
  const filesIn = async (folder: string) =>
    (await readdir(folder, { recursive: true }))
      .filter((file) => /\.c?js$/.test(file))
      .map((file) => join(folder, file));
  const files = await Promise.all(
    ['dist', '.setup/modules/tests/simulator'].map((folder) => filesIn(join(root, folder))),
  );
  const texts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  const found = texts.flatMap((text) => text.match(/\b(?:KEYTURN|FEISHU)_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g) ?? []);
  return [...new Set(found)].sort().map((name) => (name in variables ? `${name} (a setting)` : name));
}
