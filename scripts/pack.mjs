// The last step of the build. It adds to the given folder what the command line needs in order to start fast:
// 1. profiles.json: the built-in site profiles, read and checked.
// 2. bundle/: the command line and the page process in a few files instead of hundreds. They are CommonJS, because
//    V8 can run that from code that it compiled earlier. bin.js and page-process.js are a single file each, which
//    starts its part of the bundle.
// The modules beside them stay for the library, the scripts and the tests.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const folder = path.resolve(process.argv[2]);
const built = (file) => path.join(folder, file);

const { compileBuiltInProfiles } = await import(pathToFileURL(built('site/load-profile.js')).href);
writeFileSync(built('profiles.json'), JSON.stringify(await compileBuiltInProfiles()));

/** Packages that nearly every run loads are bundled. All others stay where npm puts them. */
const common = ['commander', 'p-limit', 'p-retry', 'p-timeout', 'pino', 'tough-cookie'];
/** These packages cannot be loaded with `require`. */
const modulesOnly = ['string-width'];
const bundled = [...common, ...modulesOnly];
const parts = ['main.js', 'worker/serve-page.js'].map(built);

/**
 * Divides the code into one file each for a run that finds nothing due, for what a renewal over HTTP loads in
 * addition and for the page process, and one for what they have in common. Rollup divides the rest.
 */
function layers(getModuleInfo) {
  const start = closure('main.js', 'cli/refresh.js');
  const renewal = closure('app/renew-one.js');
  const page = closure('worker/page-host.js');
  return (id) => {
    if (parts.includes(id)) return undefined;
    const first = start.has(id) ? 'start' : renewal.has(id) ? 'renewal' : undefined;
    if (!page.has(id)) return first;
    return first ? `${first}-and-page` : 'page';
  };

  function closure(...files) {
    const found = new Set();
    const add = (id) => {
      const info = getModuleInfo(id);
      if (found.has(id) || !info || info.isExternal) return;
      found.add(id);
      info.importedIds.forEach(add);
    };
    files.map(built).forEach(add);
    return found;
  }
}

/** Cached code cannot use `import()`: see src/lib/code-cache.ts. */
const outsideImports = {
  name: 'outside-imports',
  renderDynamicImport: ({ targetModuleId }) =>
    targetModuleId !== null && path.isAbsolute(targetModuleId) ? null : { left: 'importModule(', right: ')' },
};

let layerOf;
const bundle = await rollup({
  input: parts,
  // A package that a bundled package depends on is imported from within node_modules.
  external: (id, importer) =>
    id.startsWith('node:') ||
    (/^[\w@]/.test(id) && !path.isAbsolute(id) && !bundled.includes(id) && !importer?.includes('node_modules')),
  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json(), outsideImports],
  // Files on the disk gain nothing from tree shaking, and code that it drops by mistake is a bug that is hard to find.
  treeshake: false,
  onLog: (level, log) => {
    if (level === 'warn' && !['CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(log.code))
      throw new Error(log.message);
  },
});
await bundle.write({
  dir: path.join(folder, 'bundle'),
  format: 'cjs',
  // Import CommonJS as Node does.
  interop: 'default',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  manualChunks: (id, { getModuleInfo }) => (layerOf ??= layers(getModuleInfo))(id),
});
await bundle.close();

for (const program of ['bin.js', 'page-process.js']) {
  const starter = await rollup({ input: built(program), external: /^node:/ });
  await starter.write({ file: built(program), format: 'esm' });
  await starter.close();
}

// Among the arguments of a script, too, Node looks for its own option --env-file
// (https://github.com/nodejs/node/issues/54232). It would open any named pipe, take NODE_OPTIONS from the file, and
// exit when there is no such file. Node ignores arguments after --. The second line of the file is a command to a
// shell, but a string and a comment to Node. Windows uses the first line to start the file.
if (process.platform !== 'win32') {
  const script = readFileSync(built('bin.js'), 'utf8').replace(/^#!.*\n/, '');
  writeFileSync(built('bin.js'), `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n${script}`);
}
