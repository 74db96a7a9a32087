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

/** Which files are run from kept code, and what each of them is called there; undefined for all others. */
type NameOf = (file: string, source: string) => string | undefined;

const digestLength = 32;

/**
 * Keeps what V8 makes of a CommonJS file's text for the next process, which starts that much sooner. Node has this from
 * version 22 on, for every file; here it is for the few that take the time. Without a folder that can be written, with another
 * Node or after a damage a file is compiled as ever: it is a matter of speed alone.
 */
export class CodeCache {
  private readonly unkept: (() => void)[] = [];

  /** @param folder beside the built code, whose protection it shares */
  constructor(private readonly folder: string) {}

  /**
   * From now on the files that have a name run from kept code. They can use `importModule(name)` where others use `import()`,
   * which Node 20 has not in code that was kept. Returns what ends it.
   */
  install(nameOf: NameOf): () => void {
    const ordinary = compiler._compile;
    const run = (module: CommonJsModule, source: string, file: string, name: string) =>
      this.run(module, source, file, name);
    compiler._compile = function (source, file) {
      const name = nameOf(file, source);
      return name === undefined ? ordinary.call(this, source, file) : run(this, source, file, name);
    };
    return () => {
      compiler._compile = ordinary;
    };
  }

  /** Keeps what was compiled anew, with everything of it that has been called so far. */
  keep(): void {
    if (this.unkept.length === 0 || !canWrite(this.folder)) return;
    for (const keep of this.unkept.splice(0)) keep();
  }

  private run(module: CommonJsModule, source: string, file: string, name: string): unknown {
    const path = join(this.folder, `${name}.${process.version}-${process.arch}`);
    const cachedData = read(path);
    const script = new Script(
      `(function (exports, require, module, __filename, __dirname, importModule) { ${source}\n})`,
      { filename: file, cachedData },
    );
    const body = script.runInThisContext() as (...args: unknown[]) => unknown;
    const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
    if (!isKept) this.unkept.push(() => write(path, script.createCachedData()));
    const importModule = (specifier: string) => import(specifier);
    return body.call(module.exports, module.exports, createRequire(file), module, file, dirname(file), importModule);
  }
}

const libraryLength = 500_000;

/**
 * `require` for a library that is one bundle of megabytes. (`import` would take longest: Node searches the whole bundle for
 * names that it might export.) An `import()` within the library rejects. Playwright has one, for a proxy's Kerberos login in its
 * own HTTP client.
 * @param id the package's name
 * @param folder of the kept code
 */
export function requireCompiled<T>(id: string, folder = join(packageFolder, 'dist', 'code-cache')): T {
  const cache = new CodeCache(folder);
  const uninstall = cache.install((file, source) =>
    source.length < libraryLength ? undefined : `${basename(file)}.${digest(source).toString('hex', 0, 12)}`,
  );
  try {
    return createRequire(import.meta.url)(id) as T;
  } finally {
    uninstall();
    // Not before the end: with what the run has called of it the next one starts a browser sooner, too.
    process.once('exit', () => cache.keep());
  }
}

function canWrite(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
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

function write(path: string, data: Buffer): void {
  const folder = dirname(path);
  const unfinished = join(folder, `.${process.pid}.${basename(path)}`);
  try {
    writeFileSync(unfinished, Buffer.concat([digest(data), data]), { mode: 0o644 });
    renameSync(unfinished, path);
    // Those of another version of the file or of Node.
    const [file] = basename(path).split('.');
    for (const entry of readdirSync(folder))
      if (entry.startsWith(`${file}.`) && entry !== basename(path)) rmSync(join(folder, entry), { force: true });
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
