import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { packageFolder } from './package-folder.js';

/** Node's own compiler of a CommonJS file, which its types leave out. */
interface Compiler {
  _compile: (this: { exports: unknown }, source: string, file: string) => unknown;
}
const compiler = Module.prototype as unknown as Compiler;

const largeLength = 500_000;
const digestLength = 32;

export interface CodeCacheOptions {
  /** Where the compiled code is kept; beside the built code, whose protection it shares. */
  readonly folder?: string;
}

/**
 * `require` for a library that is one bundle of megabytes: what V8 makes of its text is kept for the next process, which
 * loads it in half the time. Without a folder that can be written, with another Node or after a damage it is compiled as
 * ever. (`import` would take longer still: Node searches the whole bundle for names that it might export.)
 * An `import()` within the library rejects: Node 20 cannot give it to compiled code. Playwright has one, for a proxy's Kerberos
 * login in its own HTTP client.
 * @param id the package's name
 */
export function requireCompiled<T>(
  id: string,
  { folder = join(packageFolder, 'dist', 'code-cache') }: CodeCacheOptions = {},
): T {
  const ordinary = compiler._compile;
  compiler._compile = function (source, file) {
    return source.length < largeLength
      ? ordinary.call(this, source, file)
      : runCompiled(this, source, { file, folder });
  };
  try {
    return createRequire(import.meta.url)(id) as T;
  } finally {
    compiler._compile = ordinary;
  }
}

function runCompiled(
  module: { exports: unknown },
  source: string,
  { file, folder }: { readonly file: string; readonly folder: string },
): unknown {
  const name = basename(file);
  const kept = join(folder, `${name}.${digest(`${process.version} ${process.arch}\n`, source).toString('hex', 0, 12)}`);
  const cachedData = read(kept);
  const script = new Script(Module.wrap(source), { filename: file, cachedData });
  const run = script.runInThisContext() as (...args: unknown[]) => unknown;
  const result = run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  // Now, when everything that loading calls is compiled too.
  if (!cachedData || script.cachedDataRejected) write(kept, name, script.createCachedData());
  return result;
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

/** A read-only installation or a full disk is a matter of speed alone. */
function write(path: string, name: string, data: Buffer): void {
  const folder = dirname(path);
  const unfinished = join(folder, `.${process.pid}.${basename(path)}`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return;
  }
  try {
    writeFileSync(unfinished, Buffer.concat([digest(data), data]), { mode: 0o644 });
    renameSync(unfinished, path);
    // Those of another version of the library or of Node.
    for (const entry of readdirSync(folder))
      if (entry.startsWith(`${name}.`) && entry !== basename(path)) rmSync(join(folder, entry), { force: true });
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function digest(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
