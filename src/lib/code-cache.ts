import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { packageFolder } from './package-folder.js';

/** What Node gives a CommonJS file to run as: its types leave the compiler out. */
interface CommonJsModule {
  exports: unknown;
}
interface Compiler {
  _compile: (this: CommonJsModule, source: string, file: string) => unknown;
}
const compiler = Module.prototype as unknown as Compiler;

const digestLength = 32;
const nodeVersion = `${process.version}-${process.arch}`;

/**
 * Keeps what V8 makes of a CommonJS file's text for the next process, which starts that much sooner. Node has this from
 * version 22 on, for every file; here it is for the few that take the time. Without a folder that can be written, with another
 * Node or after a damage a file is compiled as ever: it is a matter of speed alone.
 */
export class CodeCache {
  private readonly unkept: (() => void)[] = [];
  private keepsAtExit = false;

  /** @param folder beside the built code, whose protection it shares */
  constructor(private readonly folder: string) {}

  /**
   * From now on the files that are chosen run from kept code. They can use `importModule(name)` where others use `import()`,
   * which Node 20 has not in code that was kept. Returns what ends it.
   */
  install(isChosen: (file: string, source: string) => boolean): () => void {
    const ordinary = compiler._compile;
    const run = (module: CommonJsModule, source: string, file: string) => this.run(module, source, file);
    compiler._compile = function (source, file) {
      return isChosen(file, source) ? run(this, source, file) : ordinary.call(this, source, file);
    };
    return () => {
      compiler._compile = ordinary;
    };
  }

  /** At the end of the process keeps what was compiled anew, with everything of it that has been called by then. */
  keepAtExit(): void {
    if (this.keepsAtExit) return;
    this.keepsAtExit = true;
    process.once('exit', () => {
      if (this.unkept.length > 0 && canWrite(this.folder)) for (const keep of this.unkept.splice(0)) keep();
    });
  }

  private run(module: CommonJsModule, source: string, file: string): unknown {
    // Of the text, V8 itself looks at the length only.
    const path = join(this.folder, `${basename(file)}.${digest(source).toString('hex', 0, 12)}.${nodeVersion}`);
    const cachedData = read(path);
    const script = new Script(
      `(function (exports, require, module, __filename, __dirname, importModule) { ${source}\n})`,
      { filename: file, cachedData },
    );
    const body = script.runInThisContext() as (...args: unknown[]) => unknown;
    const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
    if (!isKept) this.unkept.push(() => write(path, () => script.createCachedData()));
    const importModule = (specifier: string) => import(specifier);
    return body.call(module.exports, module.exports, createRequire(file), module, file, dirname(file), importModule);
  }
}

const libraryLength = 500_000;
/** One of a folder, since a library may be asked for at every message. */
const libraryCaches = new Map<string, CodeCache>();

/**
 * `require` for a library that is one bundle of megabytes. (`import` would take longest: Node searches the whole bundle for
 * names that it might export.) An `import()` within the library rejects. Playwright has one, for a proxy's Kerberos login in its
 * own HTTP client.
 * @param id the package's name
 * @param folder of the kept code
 */
export function requireCompiled<T>(id: string, folder = join(packageFolder, 'dist', 'code-cache')): T {
  const cache = libraryCaches.get(folder) ?? new CodeCache(folder);
  libraryCaches.set(folder, cache);
  const uninstall = cache.install((_file, source) => source.length >= libraryLength);
  try {
    return createRequire(import.meta.url)(id) as T;
  } finally {
    uninstall();
    cache.keepAtExit();
  }
}

function canWrite(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Undefined when there is none, or a crash has left a part of it: V8 itself would not notice. */
function read(path: string): Buffer | undefined {
  try {
    const content = readFileSync(path);
    const data = content.subarray(digestLength);
    return digest(data).equals(content.subarray(0, digestLength)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Never throws: at the exit of a process that would change its exit code. */
function write(path: string, compile: () => Buffer): void {
  const folder = dirname(path);
  const unfinished = `${path}.${process.pid}`;
  try {
    const data = compile();
    writeFileSync(unfinished, Buffer.concat([digest(data), data]), { mode: 0o644 });
    renameSync(unfinished, path);
    // Those of another text, and what a killed process has not finished; another Node's are kept, which may run in turn with this.
    const version = basename(path).slice(0, -nodeVersion.length);
    const file = version.slice(0, version.indexOf('.') + 1);
    for (const entry of readdirSync(folder)) {
      const isOfThisText = entry.startsWith(version) && !/\.\d+$/.test(entry);
      if (entry.startsWith(file) && !isOfThisText) rmSync(join(folder, entry), { force: true });
    }
  } catch {
    try {
      rmSync(unfinished, { force: true });
    } catch {
      // What cannot be removed is a file that nobody reads.
    }
  }
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
