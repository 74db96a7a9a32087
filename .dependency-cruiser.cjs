/**
 * The directions of the parts: bin -> cli -> app -> core; site, browser, feishu, delivery, schedule, store and takeover
 * implement core's ports and meet in app/container.ts and in the worker. A type may travel further than a value.
 */
const adapters = ['site', 'browser', 'feishu', 'delivery', 'schedule', 'store', 'takeover'];

/** What each part may load, besides itself. */
const mayLoad = {
  messages: [],
  lib: ['messages'],
  core: ['lib', 'messages'],
  ...Object.fromEntries(adapters.map((name) => [name, ['core', 'lib', 'messages']])),
  worker: ['browser', 'site', 'store', 'takeover', 'core', 'lib', 'messages'],
  app: ['worker', ...adapters, 'core', 'lib', 'messages'],
  cli: ['app', 'lib', 'messages'],
};

/** Each of these libraries is loaded by one part. */
const importers = {
  playwright: 'browser',
  '@larksuiteoapi/node-sdk': 'feishu',
  conf: 'store',
  '@napi-rs/keyring': 'store',
  'age-encryption': 'store',
  commander: 'cli',
  '@bomb.sh/tab': 'cli',
  'string-width': 'cli',
  'p-timeout': 'lib',
  execa: 'lib',
  re2js: 'lib',
  fastify: 'takeover',
  '@fastify/websocket': 'takeover',
  sharp: 'takeover',
};

const typesExcepted = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|scripts)/' },
    },
    {
      name: 'core-knows-no-adapter',
      comment: 'Not even its types: core declares the ports.',
      severity: 'error',
      from: { path: '^src/(core|lib|messages)/' },
      to: { path: '^src/', pathNot: '^src/(core|lib|messages)/' },
    },
    ...Object.entries(mayLoad).map(([part, others]) => ({
      name: `${part}-loads`,
      severity: 'error',
      from: { path: `^src/${part}/` },
      to: { path: '^src/', pathNot: `^src/(${[part, ...others].join('|')})/`, ...typesExcepted },
    })),
    {
      name: 'app-knows-no-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|[^/]+\\.ts$)' },
      to: { path: '^src/cli/' },
    },
    ...Object.entries(importers).map(([library, part]) => ({
      name: `${library}-has-one-importer`,
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${part}/` },
      to: { path: `^node_modules/${library}/`, ...typesExcepted },
    })),
    {
      name: 'programs-run-by-run-command',
      comment: 'A process with a message channel or further pipes, and one that must be started synchronously, stay.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(app/start-worker|browser/(display|process-tree)|store/secrets/.+)\\.ts$',
      },
      to: { path: '^(node:)?child_process$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
