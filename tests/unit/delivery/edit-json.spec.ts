import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { readValue, setValue } from '../../../src/delivery/edit-json.js';
import { formatPointer, parsePath } from '../../../src/lib/value-path.js';

const set = (text: string, at: string, value = 'NEW', parents?: 'require') =>
  setValue(text, parsePath(at) ?? [], value, { parents });

for (const [title, before, at, after] of [
  ['an empty file', '', 'a.b', '{ "a": { "b": "NEW" } }\n'],
  ['an empty object', '{}', 'a', '{ "a": "NEW" }'],
  ['an empty object with a newline', '{\n}\n', 'a', '{\n"a": "NEW"\n}\n'],
  ['a value', '{\n  "a": "old",\n  "b": 1\n}\n', 'a', '{\n  "a": "NEW",\n  "b": 1\n}\n'],
  ['a null', '{"a": null}', 'a', '{"a": "NEW"}'],
  ['a minified file', '{"b":1,"c":{"d":2}}', '/c/a', '{"b":1,"c":{"a": "NEW","d":2}}'],
  ['a minified file, new parents', '{"b":1}', '/c/a', '{"c": { "a": "NEW" },"b":1}'],
  ['one line with spaces', '{ "b": 1 }', 'a.x', '{ "a": { "x": "NEW" }, "b": 1 }'],
  ['one line with a trailing comma', '{ "b": 1, }', 'a', '{ "a": "NEW", "b": 1, }'],
  ['four spaces', '{\n    "b": 1\n}', 'c.a', '{\n    "c": { "a": "NEW" },\n    "b": 1\n}'],
  ['tabs', '{\n\t"b": {\n\t\t"c": 1\n\t}\n}', 'b.a', '{\n\t"b": {\n\t\t"a": "NEW",\n\t\t"c": 1\n\t}\n}'],
  ['Windows line ends', '{\r\n  "b": 1\r\n}\r\n', 'a', '{\r\n  "a": "NEW",\r\n  "b": 1\r\n}\r\n'],
  ['a byte order mark', '\ufeff{"a":"x"}', 'a', '\ufeff{"a":"NEW"}'],
  ['a trailing comma', '{\n  "b": 1,\n}', 'a', '{\n  "a": "NEW",\n  "b": 1,\n}'],
  [
    'comments around the value',
    '{ /* k */ "a" /* c */ : /* v */ "old" /* e */ } // end',
    'a',
    '{ /* k */ "a" /* c */ : /* v */ "NEW" /* e */ } // end',
  ],
  ['a comment behind the last value', '{\n  "b": 1 // of b\n}', 'a', '{\n  "a": "NEW",\n  "b": 1 // of b\n}'],
  [
    'comments below the last value',
    '{\n  "b": 1,\n  // "c": 2,\n}',
    'a',
    '{\n  "a": "NEW",\n  "b": 1,\n  // "c": 2,\n}',
  ],
  ['an object with only a comment', '{\n  // nothing yet\n}', 'a', '{\n  "a": "NEW"\n  // nothing yet\n}'],
  ['a line comment before the brace', '{ "b": 1 // of b\n}', 'a', '{ "a": "NEW", "b": 1 // of b\n}'],
  ['a list item', '{"l": [{"a": "x"}, {"a": "y"}]}', '/l/1/a', '{"l": [{"a": "x"}, {"a": "NEW"}]}'],
  ['duplicates: the last counts', '{"a": "x", "a": "y"}', 'a', '{"a": "x", "a": "NEW"}'],
  [
    'unquoted keys',
    "{ models: { 'a-b': { apiKey: 'old' } } }",
    '/models/a-b/apiKey',
    '{ models: { \'a-b\': { apiKey: "NEW" } } }',
  ],
  [
    'JSON5 numbers',
    '{ a: +1, b: .5, c: 0xFF, d: Infinity, k: "old" }',
    'k',
    '{ a: +1, b: .5, c: 0xFF, d: Infinity, k: "NEW" }',
  ],
  [
    'reserved words as keys',
    "{ default: true, in: { new: 'old' } }",
    'in.new',
    '{ default: true, in: { new: "NEW" } }',
  ],
  [
    'escapes of JSON5',
    String.raw`{ p: 'C:\Tools\x41', k: "\'", a: '😀' }`,
    'a',
    String.raw`{ p: 'C:\Tools\x41', k: "\'", a: "NEW" }`,
  ],
  ['an item below a list', '{"l": ["x", "y"]}', '/l/1', '{"l": ["x", "NEW"]}'],
  ['a key with a dot', '{"a.b": {"c": "x"}}', 'a\\.b.c', '{"a.b": {"c": "NEW"}}'],
  ['a key with a slash', '{"a/b": "x"}', '/a~1b', '{"a/b": "NEW"}'],
  [
    'a closing brace on the last line',
    '{\n  "b": {\n    "c": 1 } }',
    'b.a',
    '{\n  "b": {\n    "a": "NEW",\n    "c": 1 } }',
  ],
  ['an empty object deeper in', '{\n  "b": {}\n}', 'b.a', '{\n  "b": { "a": "NEW" }\n}'],
] as const) {
  test(`json: ${title}`, () => {
    expect(set(before, at)).toEqual({ text: after });
    expect(readValue(after, parsePath(at) ?? [])).toEqual({ value: 'NEW' });
  });
}

for (const [title, before, at, problem] of [
  ['a list', '[1]', 'a', 'has a list at / without item a'],
  ['a text', '"x"', 'a', 'holds a single value at /'],
  ['a number where an object should be', '{"a": 1}', 'a.b', 'holds a single value at /a'],
  ['an object where the value should be', '{"a": {"b": 1}}', 'a', 'other than a text at /a'],
  ['a list without that item', '{"a": []}', '/a/0/b', 'has a list at /a without item 0'],
  ['a file that is cut off', '{"a": "x"', 'a', 'is not JSON: '],
  ['a comment that does not end', '{"a": "x" /* }', 'a', 'is not JSON: '],
  ['two documents', '{} {}', 'a', 'is not JSON'],
  ['more than one expression', '{}), ({}', 'a', 'is not JSON'],
  ['JavaScript that is not JSON', '{"a": "x", b: `t`, [c]: 1, ...d}', 'a', 'is not JSON'],
  ['a regular expression', '{"a": /sk-secret(/}', 'a', 'is not JSON: there is a mistake in line 1'],
  ['a word as a value', '{\n"a": sk-secret}', 'a', 'is not JSON: there is a mistake in line 2'],
  ['a missing comma', '{"a": "x" "b": 1}', 'a', 'a mistake in line 1'],
  ['no JSON at all', 'KEY=value\n', 'a', 'is not JSON'],
] as const) {
  test(`json: ${title} is refused`, () => {
    expect(set(before, at)).toEqual({
      problem: expect.objectContaining({ en: expect.stringContaining(problem) }) as unknown,
    });
  });
}

test('required parents are not created', () => {
  expect(set('{"models": {}}', 'models.p.apiKey', 'NEW', 'require')).toHaveProperty('problem');
  expect(set('{"models": {"p": {}}}', 'models.p.apiKey', 'NEW', 'require')).toHaveProperty('text');
});

test('a path is a JSON pointer or has dots', () => {
  expect(parsePath('/a/b~1c/0')).toEqual(['a', 'b/c', '0']);
  expect(parsePath('a.b[0].c')).toEqual(['a', 'b', '0', 'c']);
  expect(formatPointer(['a', 'b/c', 'd~e'])).toBe('/a/b~1c/d~0e');
  for (const bad of ['', '/', 'a..b', '.a', 'a.', 'a[x]', '/a/__proto__', '/a~2', '[0]', 'a\nb']) {
    expect(parsePath(bad), bad).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ -~]{1,8}$/), { minLength: 1, maxLength: 5 }), (path) => {
      fc.pre(!path.includes('__proto__'));
      expect(parsePath(formatPointer(path))).toEqual(path);
    }),
  );
});

/**
 * Writes a value in a random style, with comments, trailing commas, quotes and white space as in files edited by hand.
 */
function written(value: unknown, random: () => number, depth = 0): string {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const gap = () => pick('', ' ', '\n', '\r\n  ', '\t', ' /* } "x" */ ', ' // , ]\n');
  if (Array.isArray(value)) {
    const items = value.map((item) => gap() + written(item, random, depth + 1) + gap());
    return `[${items.join(',')}${items.length > 0 ? pick('', ',') : ''}${gap()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([k, item]) =>
        `${gap()}${/^[A-Za-z]\w*$/.test(k) ? pick(JSON.stringify(k), k, `'${k}'`) : JSON.stringify(k)}${gap()}:${gap()}${written(item, random, depth + 1)}${gap()}`,
    );
    return `{${fields.join(',')}${fields.length > 0 ? pick('', ',') : ''}${gap()}}`;
  }
  return JSON.stringify(value);
}

const field = fc.oneof(
  fc.constantFrom('a', 'b', 'c'),
  fc.stringMatching(/^[ -~]{0,6}$/).filter((k) => k !== '__proto__'),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean()),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(field, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('one value changes and every other character stays, in any style', () => {
  const pathOf = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
  const seeds = fc.integer({ min: 1, max: 0x7ffffffe });
  const root = fc.dictionary(field, tree, { maxKeys: 4, noNullPrototype: true });
  let edits = 0;
  fc.assert(
    fc.property(root, pathOf, seeds, (value, path, seed) => {
      let state = seed;
      const random = () => ((state = (state * 48271) % 0x7fffffff) - 1) / 0x7fffffff;
      const text = written(value, random);
      const edited = setValue(text, path, 'sk-new');
      if ('problem' in edited) {
        // Refused only because of the values in the file, never because of its style.
        expect(edited.problem.en).toMatch(/^holds|without item/);
        return;
      }
      edits++;
      expect(readValue(edited.text, path)).toEqual({ value: 'sk-new' });
      const back = readValue(text, path);
      const head = commonHead(text, edited.text);
      const tail = commonTail(text.slice(head), edited.text.slice(head));
      const replaced = text.slice(head, text.length - tail);
      if ('value' in back && back.value !== undefined) {
        // The part that differs lies within the old value and its quotes.
        expect(replaced.length).toBeLessThanOrEqual(JSON.stringify(back.value).length);
      } else if (!'null'.startsWith(replaced) && !'null'.endsWith(replaced)) {
        // Text was added, and every old character is still there, in the same order.
        expect(isSubsequence(text, edited.text)).toBe(true);
      }
      expect(setValue(edited.text, path, 'sk-new')).toEqual(edited);
    }),
    { numRuns: 300 },
  );
  expect(edits).toBeGreaterThan(80);
});

test('no text makes the reader throw, and an edit that is accepted can be read back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[{}[\],:"'/* a1\\\n]{0,30}$/)), (text) => {
      const edited = setValue(text, ['a'], 'x');
      if ('text' in edited) expect(readValue(edited.text, ['a'])).toEqual({ value: 'x' });
    }),
    { numRuns: 300 },
  );
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const char of whole) if (char === part[at]) at++;
  return at === part.length;
}

function commonHead(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function commonTail(a: string, b: string): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a.at(-1 - at) === b.at(-1 - at)) at++;
  return at;
}
