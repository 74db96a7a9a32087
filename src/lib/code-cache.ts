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

/** The module object that a CommonJS file runs with. Node's type declarations leave out `_compile`. */
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
 * Caches the code that V8 compiles from a CommonJS file, so that the next process starts sooner. Node can do this
 * for every file from version 22 on; here it is done for the few files that take long to compile. If the folder
 * cannot be written, or the cache is damaged or made by another Node, the file is compiled normally.
 */
export class CodeCache {
  private readonly unkept: (() => void)[] = [];
  private keepsAtExit = false;

  /** @param folder beside the built code, and protected like it */
  constructor(private readonly folder: string) {}

  /**
   * Makes the chosen files run from the cache. They can use `importModule(name)` in place of `import()`, which Node
   * 20 does not support in cached code. Returns the function that undoes this.
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

  /** When the process exits, saves the code that was not cached yet, with every function that was called by then. */
  keepAtExit(): void {
    if (this.keepsAtExit) return;
    this.keepsAtExit = true;
    process.once('exit', () => {
      if (this.unkept.length > 0 && canWrite(this.folder)) for (const keep of this.unkept.splice(0)) keep();
    });
  }

  private run(module: CommonJsModule, source: string, file: string): unknown {
    // V8 itself checks only the length of the source.
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
/** One cache per folder, since a library may be loaded for every message. */
const libraryCaches = new Map<string, CodeCache>();

/**
 * `require` for a library that is a single bundle of several megabytes. (`import` would take longest: Node searches
 * the whole bundle for names that it might export.) An `import()` inside the library rejects. Playwright has one,
 * for the Kerberos login of a proxy in its own HTTP client.
 * @param id the name of the package
 * @param folder of the cache
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

/** Undefined when there is no cached code, or when a crash has cut it off, which V8 itself does not notice. */
function read(path: string): Buffer | undefined {
  try {
    const content = readFileSync(path);
    const data = content.subarray(digestLength);
    return digest(data).equals(content.subarray(0, digestLength)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Never throws: during exit, an error would change the exit code of the process. */
function write(path: string, compile: () => Buffer): void {
  const folder = dirname(path);
  const unfinished = `${path}.${process.pid}`;
  try {
    const data = compile();
    writeFileSync(unfinished, Buffer.concat([digest(data), data]), { mode: 0o644 });
    renameSync(unfinished, path);
    // Remove the code of other versions of the file and what killed processes did not finish. Keep the code of
    // another Node, which may run in turn with this one.
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
      // A file that cannot be removed is never read.
    }
  }
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
