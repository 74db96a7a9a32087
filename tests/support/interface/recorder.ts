import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonCommand } from '../../../src/app/json-shapes.js';
import { jsonAnswer } from '../json-answer.js';
import type { FinishedRun } from '../keyturn-in-process.js';
import { FieldPaths } from './field-paths.js';

const ofTheTests = /^KEYTURN_(?:SIMULATED|BROWSER$)/;

/** Collects what all runs print and leave on disk. */
export class Recorder {
  readonly outcomes = new Set<string>();
  readonly #json = new Map<string, FieldPaths>();
  readonly #modes = new Set<string>();
  readonly #files = new Map<string, FieldPaths>();
  /** For each event and variable, whether it was seen empty, set, or both. */
  readonly #variables = new Map<string, Set<'empty' | 'set'>>();

  /** Records the output of a command with `--json`. */
  json(command: JsonCommand, run: FinishedRun): void {
    const answer = jsonAnswer(command, run);
    fieldsOf(this.#json, command).add(answer);
    if (command !== 'refresh') return;
    for (const { outcome, error, exitCode } of jsonAnswer('refresh', run).accounts)
      this.outcomes.add(`${outcome}: ${error ? `${error.code}, ` : ''}exit ${exitCode}`);
  }

  /** Records the environment that a hook or a target's program saved, one `NAME=value` per line. */
  environment(program: string, text: string): void {
    for (const [, name = '', value] of text.matchAll(/^(KEYTURN_\w+)=(.*)$/gm)) {
      if (name in process.env || ofTheTests.test(name)) continue;
      const key = `${program}: ${name}`;
      if (!this.#variables.has(key)) this.#variables.set(key, new Set());
      this.#variables.get(key)?.add(value === '' ? 'empty' : 'set');
    }
  }

  /** Records the state folder, except files of Chromium and of the tests, temporary files, and short-lived locks. */
  async home(home: string): Promise<void> {
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const name = nameOf(path.slice(home.length + 1));
      if (/\/browser\/|\.tmp$|-secrets\.json$|deliver\.lock$/.test(name)) continue;
      // A running command may remove files meanwhile.
      const [stats, text] = await Promise.all([
        stat(path).catch(() => undefined),
        entry.isFile() ? readFile(path, 'utf8').catch(() => undefined) : undefined,
      ]);
      if (!stats) continue;
      this.#modes.add(`${name}${entry.isDirectory() ? '/' : ''} ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}`);
      if (text !== undefined) this.file(name, text);
    }
  }

  /** Records the fields of a file. Skips backup copies (`.bak`), which have the fields of their original. */
  file(name: string, text: string): void {
    if (!/\.(?:json|jsonl|lock)$/.test(name)) return;
    const documents = name.endsWith('.jsonl') ? text.trim().split('\n') : [text];
    for (const document of documents) {
      const value = JSON.parse(document) as object;
      const isSealed = 'keyturn' in value && name.startsWith('accounts/');
      fieldsOf(this.#files, isSealed ? `${name}, encrypted` : name).add(value);
    }
  }

  get jsonLines(): string[] {
    return linesOf(this.#json);
  }

  get fileLines(): string[] {
    return [...this.#modes, ...linesOf(this.#files)].sort();
  }

  get hookLines(): string[] {
    return [...this.#variables]
      .map(([name, values]) => {
        const isBoth = values.size === 2;
        return `${name}${isBoth ? ', may be empty' : values.has('empty') ? ', empty' : ''}`;
      })
      .sort();
  }
}

function fieldsOf(map: Map<string, FieldPaths>, name: string): FieldPaths {
  const fields = map.get(name) ?? new FieldPaths(name);
  map.set(name, fields);
  return fields;
}

const linesOf = (map: ReadonlyMap<string, FieldPaths>) => [...map.values()].flatMap((fields) => fields.lines()).sort();

/** Replaces the parts of a path that differ from run to run. */
function nameOf(path: string): string {
  return path
    .replace(/^accounts\/[^/]+/, 'accounts/NAME')
    .replace(/run[_-][0-9a-f]{10}/, 'RUN')
    .replace(/RUN-[0-9a-f]{8}-/, 'RUN-QUESTION-')
    .replace(/\d{4}-\d\d-\d\dT[\d-]+Z/, 'TIME');
}
