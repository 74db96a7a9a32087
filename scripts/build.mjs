// Builds keyturn with esbuild: `node scripts/build.mjs FOLDER`, which scripts/setup.mjs calls.
// - FOLDER gets what the package contains: the programs and the library, each bundled, the types of the library, and
//   profiles.json, the built-in site profiles, read and checked.
// - .setup/modules/ gets every module of src/ and tests/simulator/ by itself, for the scripts and for the processes that
//   the tests start.
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { built, modulesFolder, root } from './built.mjs';

const folder = path.resolve(process.argv[2]);
const source = (file) => path.join(root, 'src', file);
const common = {
  absWorkingDir: root,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
};

/** Packages that nearly every run loads are bundled, and so are devDependencies. All others stay where npm puts them. */
const bundledPackages = ['commander', 'p-limit', 'p-retry', 'p-timeout', 'pino', 'string-width', 'tough-cookie', 'zod'];
const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** What every command loads. */
const startLayer = ['main.ts', 'cli/refresh.ts'];
/** What every renewal loads besides. */
const renewalLayer = ['app/container.ts', 'app/renew-one.ts', 'app/keep-alive.ts'];
/** Other commands load these without the renewal layer. */
const isLight = (file) =>
  !renewalLayer.includes(file) &&
  (/^(cli|store|schedule)\//.test(file) || ['app/schedule-health.ts', 'app/watch/watch-lock.ts'].includes(file));

/**
 * esbuild puts modules into one file if the same entries need them, and every `import()` is an entry. So a renewal would
 * load some fifty files. Here every `import()` also imports its layers, which keeps each layer in one file. By then, the
 * layers are loaded anyway.
 */
const keepLayersTogether = {
  name: 'layers',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^\.{1,2}\// }, async ({ kind, path: wanted, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const { path: file } = await resolve(wanted, { kind: 'import-statement', resolveDir });
      return { path: path.relative(source(''), file).replaceAll(path.sep, '/'), namespace: 'lazy' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path: file }) => {
      const layers = startLayer.includes(file) || isLight(file) ? startLayer : [...startLayer, ...renewalLayer];
      return {
        contents: [...layers.map((each) => `import './${each}';`), `export * from './${file}';`].join('\n'),
        resolveDir: source(''),
      };
    });
  },
};

const bundle = (entries, plugins = []) =>
  build({
    ...common,
    entryPoints: entries.map(source),
    outbase: source(''),
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: Object.keys(dependencies).filter((name) => !bundledPackages.includes(name)),
    plugins,
    // CommonJS packages in the bundle call `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });

/** The page of a takeover: `takeover/viewer.html`, `.css` and `.js`. */
const bundleViewer = () =>
  build({
    absWorkingDir: root,
    entryPoints: ['main.ts', 'viewer.css', 'viewer.html'].map((file) => ({
      in: source(`takeover/viewer/${file}`),
      out: 'takeover/viewer',
    })),
    outdir: folder,
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    target: 'es2022',
    loader: { '.html': 'copy' },
    logLevel: 'warning',
  });

/** What the recogniser runs inside a page, as an expression that leaves nothing in the page. */
const bundleInPage = () =>
  build({
    absWorkingDir: root,
    entryPoints: { 'site/challenge/in-page': source('site/challenge/in-page/main.ts') },
    outdir: folder,
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'iife',
    globalName: 'inPage',
    banner: { js: '(() => {' },
    footer: { js: 'return inPage;\n})()' },
    target: 'es2022',
    logLevel: 'warning',
  });

/** Without a check: the tests check the types. */
const emitTypes = () =>
  promisify(execFile)(process.execPath, [
    path.join(root, 'node_modules/typescript/bin/tsc'),
    ...['-p', path.join(root, 'tsconfig.types.json'), '--outDir', folder],
  ]);

async function transformModules() {
  const fresh = `${modulesFolder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const entryPoints = ['src/**/*.ts', 'tests/simulator/**/*.ts'];
  await build({ ...common, entryPoints, outbase: root, outdir: fresh });
  rmSync(modulesFolder, { recursive: true, force: true });
  renameSync(fresh, modulesFolder);
}

await Promise.all([
  bundle(['bin.ts'], [keepLayersTogether]),
  bundle(['worker.ts', 'index.ts', 'store/secrets/keychain-child.ts']),
  bundleViewer(),
  bundleInPage(),
  emitTypes(),
  transformModules(),
]);

const { compileBuiltInProfiles } = await built('src/site/load-profile.js');
writeFileSync(path.join(folder, 'profiles.json'), JSON.stringify(await compileBuiltInProfiles()));

// Among the arguments of a script, too, Node looks for its own option --env-file
// (https://github.com/nodejs/node/issues/54232). It would open any named pipe, take NODE_OPTIONS from the file, and
// exit when there is no such file. Node ignores arguments after --. The second line of the file is a command to a
// shell, but a string and a comment to Node. Windows uses the first line to start the file.
const bin = path.join(folder, 'bin.js');
if (process.platform !== 'win32') {
  const script = readFileSync(bin, 'utf8').replace(/^#!.*\n/, '');
  writeFileSync(bin, `#!/bin/sh\n':' //; exec node -- "$0" "$@"\n${script}`);
}
chmodSync(bin, 0o755);
