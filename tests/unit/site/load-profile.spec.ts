import { expect, test } from '@playwright/test';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInProfiles, compileBuiltInProfiles, loadSiteProfile } from '../../../src/site/load-profile.js';
import { parseSiteProfile } from '../../../src/site/parse-profile.js';
import { resolveProfile } from '../../../src/site/resolve-profile.js';

const minimal = `
name: acme
title: Acme
baseUrl: https://console.acme.example
timeZone: UTC
key: { pattern: '^sk-[a-z]{8}$', lifetime: 7d }
session: { login: { url: /login } }
http:
  read: { method: GET, path: /api/key }
  rotate: { method: POST, path: /api/key }
  answer: { key: key }
`;

/** The problems in the error that parsing this text throws. */
function problemsOf(text: string): string[] {
  try {
    parseSiteProfile(text, 'acme.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'KT402', exitCode: 2 });
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error('the profile was accepted');
}

test('the built-in profiles are valid and resolve', async () => {
  expect(await builtInProfiles()).toContain('iflow');
  for (const name of await builtInProfiles()) {
    const resolved = resolveProfile(await loadSiteProfile(name));
    expect(resolved.name).toBe(name);
    expect(resolved.probes.length).toBeGreaterThan(0);
  }
});

test('a path loads a file, a name loads only a built-in profile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn profile '));
  await writeFile(join(folder, 'acme.yaml'), minimal);
  expect((await loadSiteProfile(join(folder, 'acme.yaml'))).title).toBe('Acme');
  await expect(loadSiteProfile('acme')).rejects.toThrow(/iflow/);
  await expect(loadSiteProfile('acme')).rejects.toMatchObject({ code: 'KT401' });
  await expect(loadSiteProfile(join(folder, 'other.yaml'))).rejects.toMatchObject({ code: 'KT401' });
  await expect(loadSiteProfile(`${folder}/`)).rejects.toMatchObject({ code: 'KT402' });
});

test('all mistakes are reported at once, with path and line', () => {
  const problems = problemsOf(`
name: Acme Inc
title: Acme
baseUrl: https://console.acme.example/app
timeZone: Mars/Olympus
key: { pattern: '^sk-(' , lifetime: a week }
session: { login: { url: login } }
page:
  url: /key
  ready: { text: [Create, Reset] }
  read: { key: { css: .key } }
  rotate:
    - click: { text: Reset }
    - click: { text: 5 }
    - clik: { text: OK }
    - click: { role: button, nam: OK }
    - { click: { text: A }, check: B }
probe: { method: get, url: /x, valid: { status: 20 } }
`);
  const byPath = new Map(problems.map((line) => [line.split(': ')[0] ?? '', line]));
  expect([...byPath.keys()].sort()).toEqual(
    [
      'baseUrl',
      'key.lifetime',
      'key.pattern',
      'name',
      'page.rotate[1].click.text',
      'page.rotate[2]',
      'page.rotate[2].clik',
      'page.rotate[3].click.nam',
      'page.rotate[4]',
      'probe.method',
      'probe.valid.status',
      'session.login.url',
      'timeZone',
    ].sort(),
  );
  expect(byPath.get('page.rotate[1].click.text')).toContain('(line 14)');
  expect(byPath.get('page.rotate[2].clik')).toContain('(line 15)');
  expect(byPath.get('timeZone')).toContain('(line 5)');
});

for (const [what, text, expected] of [
  ['an empty file', '', /whole file/],
  ['a list', '- a\n- b\n', /whole file/],
  ['a missing part', minimal.replace(/^key:.*$/m, ''), /^key: is missing/],
  ['neither way to renew', minimal.replace(/^http:[^]*/m, ''), /an http section, a page section or both/],
  ['a key twice', `${minimal}title: Again\n`, /unique.*line 12/],
  ['broken YAML', `${minimal}page: { url: /x\n`, /line 1[123]/],
  ['a tab as indentation', minimal.replace('  read', '\tread'), /tab/i],
] as const) {
  test(`${what} is rejected`, () => expect(problemsOf(text).join('\n')).toMatch(expected));
}

test('a file that is something else is named so, without a list of its words', () => {
  const packageFile = '{ "name": "x", "version": "1.0.0", "scripts": {}, "type": "module" }';
  expect(problemsOf(packageFile)).toEqual([expect.stringMatching(/^it is no site profile/)]);
});

test('a pattern that keyturn cannot match in linear time is rejected, and one that Playwright matches is not', () => {
  const text = `${minimal.replace('^sk-[a-z]{8}$', '^sk-(?!x)[a-z]{8}$')}
page: { url: /key, ready: '/^(?!Old)/', read: { key: { css: .key } }, rotate: [{ click: Reset }] }
refused:
  when:
    - { status: 403 }
    - { text: [closed, '/(a)\\1/i'] }
`;
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^key\.pattern: cannot be matched by RE2: .*\(\?!.*\(line 6\)$/),
    expect.stringMatching(/^refused\.when\[1\]\.text\[1\]: .*\\1.*\(line 17\)$/),
  ]);
});

test('a YAML alias bomb is rejected', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[at]}`).join(',')}]`),
  ];
  expect(() => parseSiteProfile(bomb.join('\n'), 'bomb.yaml')).toThrow(/aliases/);
});

test('another base URL changes only the addresses of the console', async () => {
  const iflow = await loadSiteProfile('iflow');
  const moved = resolveProfile(iflow, { baseUrl: 'http://127.0.0.1:4010/' });
  expect(moved.baseUrl).toBe('http://127.0.0.1:4010');
  expect(moved.page?.url).toBe('http://127.0.0.1:4010/profile?tab=apiKey');
  expect(moved.http?.rotate.url).toBe('http://127.0.0.1:4010/api/openapi/apikey');
  expect(moved.probes.map((probe) => probe.url)).toEqual([
    'http://127.0.0.1:4010/api/search/webSearch',
    'https://apis.iflow.cn/v1/chat/completions',
  ]);
});

test('another probe URL keeps the path unless it has one itself', async () => {
  const iflow = await loadSiteProfile('iflow');
  const urls = (probeUrl: string) => resolveProfile(iflow, { probeUrl }).probes.map((probe) => probe.url);
  expect(urls('http://127.0.0.1:4011')[1]).toBe('http://127.0.0.1:4011/v1/chat/completions');
  expect(urls('http://127.0.0.1:4011/chat')[1]).toBe('http://127.0.0.1:4011/chat');
  expect(urls('http://127.0.0.1:4011/chat')[0]).toBe('https://platform.iflow.cn/api/search/webSearch');
});

for (const value of [
  'console.example',
  'ftp://console.example',
  'https://console.example/app',
  'https://me:secret@console.example',
]) {
  test(`${value.replace(/me:.*@/, 'a URL with a password, ')} is not a base URL`, () => {
    const resolve = () => resolveProfile(parseSiteProfile(minimal, 'acme.yaml'), { baseUrl: value });
    expect(resolve).toThrow(/cannot be used as the address/);
    expect(resolve).not.toThrow(/secret/);
  });
}

test('without a mark, the last click that is not optional rotates', () => {
  const page = `${minimal}
page:
  url: /key
  ready: Reset
  read: { key: { css: .key } }
  create: [{ click: Create }, { click: Agree }, { click: OK, optional: true }]
  rotate: [{ click: Reset, rotates: true }, { click: OK }]
`;
  const resolved = resolveProfile(parseSiteProfile(page, 'acme.yaml')).page;
  expect(resolved?.create?.map((step) => step.rotates)).toEqual([false, true, false]);
  expect(resolved?.rotate.map((step) => step.rotates)).toEqual([true, false]);
});

test('a profile without expiry, lifetime and interval is rejected with the line to add', () => {
  const without = minimal.replace(', lifetime: 7d', '');
  expect(problemsOf(without)).toEqual([expect.stringMatching(/^key: .*"lifetime: 90d".*"every: 30d".*\(line 6\)$/)]);
  const said = without.replace('answer: { key: key }', 'answer: { key: key, expires: until }');
  expect(parseSiteProfile(said, 'acme.yaml').key.lifetime).toBeUndefined();
  const every = minimal.replace('lifetime: 7d', 'every: 30d');
  expect(resolveProfile(parseSiteProfile(every, 'acme.yaml')).key.everyMs).toBe(30 * 86_400_000);
});

const withRotate = (rotate: string) => `${minimal}
page:
  url: /key
  ready: Reset
  read: { key: { css: .key } }
  rotate: ${rotate}
`;

test('a dry run ends before marked steps, or without a mark before the first press', () => {
  const mayRotate = (rotate: string) =>
    resolveProfile(parseSiteProfile(withRotate(rotate), 'acme.yaml')).page?.rotate.map((step) => step.mayRotate);
  expect(mayRotate('[{ click: Reset }, { click: OK, rotates: true }]')).toEqual([false, true]);
  expect(mayRotate('[{ fill: { into: Name, with: a } }, { click: Make }, { press: Enter, optional: true }]')).toEqual([
    false,
    true,
    true,
  ]);
  const form =
    '[{ goto: /new }, { fill: { into: A, with: a } }, { select: { from: B, option: b } }, { uncheck: C }, { click: D }]';
  expect(mayRotate(form)).toEqual([false, false, true, true, true]);
});

for (const [title, rotate, path] of [
  ['an optional step alone', '[{ click: Reset }, { click: OK, optional: true, rotates: true }]', 'page.rotate[1]'],
  [
    'an optional step after a certain one',
    '[{ click: A, rotates: true }, { click: B, optional: true, rotates: true }]',
    'page.rotate[1]',
  ],
  [
    'two optional steps',
    '[{ click: A, optional: true, rotates: true }, { click: B, optional: true, rotates: true }]',
    'page.rotate[0]',
  ],
  ['a step that only waits', '[{ click: A }, { waitFor: B, rotates: true }]', 'page.rotate[1]'],
  ['a step that opens a page', '[{ click: A }, { goto: /new, rotates: true }]', 'page.rotate[1]'],
] as const) {
  test(`a mark that can be skipped is rejected: ${title}`, () => {
    expect(problemsOf(withRotate(rotate)).join('\n')).toContain(`${path}: `);
  });
}

for (const [title, rotate, path] of [
  ['after the press', '[{ click: A }, { goto: /keys }]', 'page.rotate[1]'],
  [
    'between two marks',
    '[{ click: A, rotates: true }, { goto: /keys }, { click: B, rotates: true }]',
    'page.rotate[1]',
  ],
  ['at another site', '[{ goto: "https://acme.example/keys" }, { click: A }]', 'page.rotate[0].goto'],
  ['at another site by a backslash', '[{ goto: "/\\\\acme.example/keys" }, { click: A }]', 'page.rotate[0].goto'],
] as const) {
  test(`a goto ${title} is rejected`, () => {
    expect(problemsOf(withRotate(rotate)).join('\n')).toContain(`${path}: `);
  });
}

test('a notice to dismiss that is the target of a step is rejected', () => {
  const text = withRotate('[{ click: { role: button, name: /Make/ } }]');
  expect(problemsOf(`${text}  dismiss: [OK, { role: button, name: /Make/ }]\n`)).toEqual([
    expect.stringMatching(/^page\.dismiss: names an element .* page\.rotate .*\(line 18\)$/),
  ]);
});

for (const [title, before, problem] of [
  ['a mark', '{ click: Show, rotates: true }', /page\.read\.before\[0\]: cannot carry rotates/],
  ['a key of the keyboard', '{ press: Enter }', /page\.read\.before\[0\]: presses whatever/],
  ['the control of the press', '{ click: Make }', /page\.read\.before\[0\]: names the control that replaces the key/],
  ['another site', '{ goto: "//acme.example" }', /page\.read\.before\[0\]\.goto: /],
] as const) {
  test(`read.before with ${title} is rejected`, () => {
    const text = withRotate('[{ click: Open }, { click: [Make, Create] }]').replace(
      'read: { key',
      `read: { before: [${before}], key`,
    );
    expect(problemsOf(text.replace(/^http:[^]*?(?=\npage:)/m, '')).join('\n')).toMatch(problem);
  });
}

test('read without a place of the key is rejected', () => {
  const text = withRotate('[{ click: Make }]').replace('read: { key', 'read: { name');
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^page\.read: must name a response, a key, a mask, exists or none/),
  ]);
});

test('an unknown word in ${…} is rejected with its place', () => {
  const text = withRotate("[{ fill: { into: Name, with: 'ci ${date}' } }, { click: Make }]").replace(
    'path: /api/key }\n  rotate',
    "path: /api/key, headers: { x-a: '${Cookie:a} ${now+7d}' }, json: { a: [1, '${now+week}'] } }\n  rotate",
  );
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^http\.read\.headers\["x-a"\]: has \$\{Cookie:a\}, .*keyName, .*\(line 9\)$/),
    expect.stringMatching(/^http\.read\.json\.a\[1\]: has \$\{now\+week\}, .*\(line 9\)$/),
    expect.stringMatching(/^page\.rotate\[0\]\.fill\.with: has \$\{date\}, .*\(line 17\)$/),
  ]);
});

test('a goto of the console moves with its address', () => {
  const text = withRotate('[{ goto: /new }, { goto: "https://console.acme.example/old" }, { click: A }]');
  const moved = resolveProfile(parseSiteProfile(text, 'acme.yaml'), { baseUrl: 'http://127.0.0.1:4010' });
  expect(moved.page?.rotate.map(({ value }) => value)).toEqual([
    'http://127.0.0.1:4010/new',
    'http://127.0.0.1:4010/old',
    undefined,
  ]);
});

for (const [title, target, problem] of [
  ['an unknown word', '{ text: A, within: { css: p } }', /page\.rotate\[0\]\.click\.within: is unknown/],
  ['the place 0', '{ text: A, nth: 0 }', /counts from 1/],
  ['nothing of its own', '{ nth: 2 }', /page\.rotate\[0\]\.click: /],
] as const) {
  test(`a target with ${title} is rejected`, () => {
    expect(problemsOf(withRotate(`[{ click: ${target} }]`)).join('\n')).toMatch(problem);
  });
}

test('an optional step may have the mark if a later required step has it too', () => {
  const rotate = '[{ click: A, optional: true, rotates: true }, { click: B, rotates: true }]';
  expect(parseSiteProfile(withRotate(rotate), 'acme.yaml').page?.rotate).toHaveLength(2);
});

test('the example in docs/site-profiles.md is a valid profile, and the page describes every word of the schema', async () => {
  const read = (file: string) => readFile(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
  const page = await read('site-profiles.md');
  const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
  expect(parseSiteProfile(example, 'site-profiles.md').name).toBe('acme');

  // A test of its own compares this list with the schema.
  const [, list = ''] = /## Site profile\n[^]*?```text\n([^]*?)```/.exec(await read('interface.md')) ?? [];
  const words = [...list.matchAll(/^(.+?): /gm)].map(([, word = '']) => word.replace(/\?|\[\]| or |\.NAME/g, ''));
  expect(words.length).toBeGreaterThan(60);
  const spans = [...page.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  /** Described once, as the parts of a step, a target, a rule and a request. */
  const shared = /^(?:page\.create|page\.read\.before|page\.ready|session\.signedOut|http\.read|probe)\./;
  const isDescribed = (word: string) =>
    shared.test(word)
      ? spans.some((span) => span.split(/[^\w]+/).includes(word.split('.').at(-1) ?? ''))
      : spans.includes(word);
  expect(words.filter((word) => !isDescribed(word))).toEqual([]);
});

test('a profile compiled by the build equals its YAML file', async () => {
  const compiled: unknown = JSON.parse(JSON.stringify(await compileBuiltInProfiles()));
  const text = await readFile(join(import.meta.dirname, '../../../profiles/iflow.yaml'), 'utf8');
  expect(compiled).toMatchObject({ iflow: { profile: parseSiteProfile(text, 'iflow.yaml') } });
});
