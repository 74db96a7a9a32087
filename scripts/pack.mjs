// The last step of the build, in the folder that it is given: what the command line needs in order to start fast.
// 1. profiles.json: the built-in site profiles, read and checked.
// 2. bundle/: the command line and the page process in a few files instead of hundreds, as CommonJS, which can be run from code that V8
//    compiled before; bin.js and page-process.js, each a single file that starts its part of them.
// The modules beside them stay for whoever imports them: the library, the scripts and the tests.
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

/** What nearly every run loads comes along; all other packages stay where npm puts them. */
const common = ['commander', 'p-limit', 'p-retry', 'pino', 'tough-cookie'];
/** These cannot be required. */
const modulesOnly = ['string-width'];
const bundled = [...common, ...modulesOnly];
const parts = ['main.js', 'worker/serve-page.js'].map(built);

/**
 * What a run loads that finds nothing due, what a renewal over HTTP needs on top, and what the page process needs: a file
 * for each, and one for what several of them have in common. Rollup cuts up the rest.
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

/** Code that was kept cannot import: see src/lib/code-cache.ts. */
const outsideImports = {
  name: 'outside-imports',
  renderDynamicImport: ({ targetModuleId }) =>
    targetModuleId !== null && path.isAbsolute(targetModuleId) ? null : { left: 'importModule(', right: ')' },
};

let layerOf;
const bundle = await rollup({
  input: parts,
  // A package of a bundled package is imported from within node_modules.
  external: (id, importer) =>
    id.startsWith('node:') ||
    (/^[\w@]/.test(id) && !path.isAbsolute(id) && !bundled.includes(id) && !importer?.includes('node_modules')),
  plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json(), outsideImports],
  // Nothing is worth leaving out of files that are read from the disk, and what is left out wrongly is a bug to find at night.
  treeshake: false,
  onLog: (level, log) => {
    if (level === 'warn' && !['CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(log.code))
      throw new Error(log.message);
  },
});
await bundle.write({
  dir: path.join(folder, 'bundle'),
  format: 'cjs',
  // As Node gives CommonJS to an import.
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

// Node looks for an --env-file of its own among the arguments of a script too (https://github.com/nodejs/node/issues/54232):
// it would open any named pipe, take NODE_OPTIONS from the file, and end where there is none. What comes after -- it leaves
// alone. A shell reads the second line as a command, Node as a string and a comment. Windows starts it by the first line.
if (process.platform !== 'win32') {
  const script = readFileSync(built('bin.js'), 'utf8').replace(/^#!.*\n/, '');
  writeFileSync(built('bin.js'), `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n${script}`);
}
