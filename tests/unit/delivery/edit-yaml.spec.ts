import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readValue, setValue } from '../../../src/delivery/edit-yaml.js';
import { parsePath, withValueAt } from '../../../src/lib/value-path.js';

const set = (text: string, at: string, value = 'NEW', parents?: 'require') =>
  setValue(text, parsePath(at) ?? [], value, { parents });

for (const [title, before, at, after] of [
  ['an empty file', '', 'a.b', 'a:\n  b: "NEW"\n'],
  ['only a comment', '# mine\n', 'a', '# mine\na: "NEW"\n'],
  ['a plain value', 'a: old # mine\nb:   1\n', 'a', 'a: NEW # mine\nb:   1\n'],
  ['double quotes', 'a: "old"\n', 'a', 'a: "NEW"\n'],
  ['single quotes', "x:\n    a: 'old'\n", 'x.a', "x:\n    a: 'NEW'\n"],
  ['a key without a value', 'a:\nb: 1\n', 'a', 'a: "NEW"\nb: 1\n'],
  ['a key without a value, with a comment', 'a: # later\nb: 1\n', 'a', 'a: "NEW" # later\nb: 1\n'],
  ['null', 'a: ~\n', 'a', 'a: NEW\n'],
  ['a literal block', 'a: |\n  old\n  text\nb: 1\n', 'a', 'a: "NEW"\nb: 1\n'],
  ['a missing key', 'a: 1 # one\n# end\n', 'b', 'b: "NEW"\na: 1 # one\n# end\n'],
  ['a missing key deeper in', 'm:\n   x: 1\nn: 2\n', 'm.z', 'm:\n   z: "NEW"\n   x: 1\nn: 2\n'],
  ['missing parents', 'a: 1\n', 'm.p.key', 'm:\n  p:\n    key: "NEW"\na: 1\n'],
  ['no final newline', 'a: 1', 'b', 'b: "NEW"\na: 1'],
  ['Windows line ends', 'a: 1\r\nb: x\r\n', 'c', 'c: "NEW"\r\na: 1\r\nb: x\r\n'],
  ['behind a block text', 'a: |\n  t\n', 'b', 'b: "NEW"\na: |\n  t\n'],
  ['behind a list', 'a:\n  - 1\n  - x: 2\n', 'b', 'b: "NEW"\na:\n  - 1\n  - x: 2\n'],
  ['in a list', 'l:\n  - a: x\n  - a: y\n', '/l/1/a', 'l:\n  - a: x\n  - a: NEW\n'],
  ['a new key in a list item', 'l:\n  - a: x\n', '/l/0/b', 'l:\n  - b: "NEW"\n    a: x\n'],
  ['a flow mapping', 'm: {a: 1, b: "x"}\n', 'm.b', 'm: {a: 1, b: "NEW"}\n'],
  ['a new key in a flow mapping', 'm: { a: 1 }\n', 'm.b', 'm: { b: "NEW", a: 1 }\n'],
  ['an empty flow mapping', 'm: {}\n', 'm.b.c', 'm: {b: {c: "NEW"}}\n'],
  ['a parent without a value', 'm:  # later\nn: 1\n', 'm.a', 'm: {a: "NEW"}  # later\nn: 1\n'],
  ['JSON in a YAML file', '{"a": {"b": "x"}}\n', 'a.b', '{"a": {"b": "NEW"}}\n'],
  ['a document mark', '---\na: x\n', 'a', '---\na: NEW\n'],
  [
    'long lines and odd spacing',
    `a: x\nlong:   ${'word '.repeat(40)}end\nb:  [1,2,   3]\n`,
    'a',
    `a: NEW\nlong:   ${'word '.repeat(40)}end\nb:  [1,2,   3]\n`,
  ],
  ['a word that YAML 1.1 reads as a boolean', 'a: yes\n', 'a', 'a: NEW\n'],
  [
    'anchors, merge keys and block scalars elsewhere',
    "x-env: &env # shared\n    A: >-\n        folded\n        text\n\nservices:\n    app:\n        environment:\n            <<: *env\n            KEY:   'old'   # renewed\n        command: |+\n            run   it\n\n",
    'services.app.environment.KEY',
    "x-env: &env # shared\n    A: >-\n        folded\n        text\n\nservices:\n    app:\n        environment:\n            <<: *env\n            KEY:   'NEW'   # renewed\n        command: |+\n            run   it\n\n",
  ],
  ['an anchor elsewhere', 'd: &d\n  x: 1\nm:\n  <<: *d\n  a: old\n', 'm.a', 'd: &d\n  x: 1\nm:\n  <<: *d\n  a: NEW\n'],
] as const) {
  test(`yaml: ${title}`, () => {
    expect(set(before, at)).toEqual({ text: after });
    expect(readValue(after, parsePath(at) ?? [])).toEqual({ value: 'NEW' });
  });
}

for (const [title, before, at, problem] of [
  ['a list', '- a\n', 'a', 'has a list at / without item a'],
  ['a text', 'hello\n', 'a', 'holds a single value at /'],
  ['a mapping where the value should be', 'a:\n  b: 1\n', 'a', 'other than a text at /a'],
  ['a number', 'a: 1\n', 'a', 'other than a text at /a'],
  ['an alias', 'x: &x old\na: *x\n', 'a', 'other than a text'],
  ['a value that others share', 'a: &x old\nb: *x\n', 'a', 'cannot edit safely'],
  ['several documents', 'a: 1\n---\na: 2\n', 'a', 'several documents'],
  ['broken YAML', 'a: [1\nb: "x\n', 'a', 'is not YAML'],
  ['tabs', 'a:\n\tb: 1\n', 'a.c', 'is not YAML'],
  ['duplicate keys', 'a: x\na: y\n', 'a', 'is not YAML'],
] as const) {
  test(`yaml: ${title} is refused`, () => {
    expect(set(before, at)).toEqual({
      problem: expect.objectContaining({ en: expect.stringContaining(problem) }) as unknown,
    });
  });
}

test('a value keeps its quotes, and gets them where it needs them', () => {
  for (const [before, value, after] of [
    ['a: old\n', 'sk-1/+=x', 'a: sk-1/+=x\n'],
    ['a: old\n', 'yes', 'a: "yes"\n'],
    ['a: old\n', '12:30', 'a: "12:30"\n'],
    ['a: old\n', '1e5', 'a: "1e5"\n'],
    ['a: old\n', 'x # y', 'a: "x # y"\n'],
    ['a: {b: old}\n', 'x,y', 'a: {b: "x,y"}\n'],
    ["a: 'old'\n", "it's", "a: 'it''s'\n"],
    ["a: 'old'\n", 'one\ntwo', 'a: "one\\ntwo"\n'],
  ] as const) {
    expect(set(before, before.includes('{') ? 'a.b' : 'a', value), value).toEqual({ text: after });
  }
});

test('a problem quotes nothing of the file', () => {
  for (const text of ['a: |sk-secret\n  x\n', 'a: "x" sk-secret\n', 'a: *sk-secret\n', '%sk-secret\n---\na: "\n']) {
    expect(JSON.stringify(set(text, 'a')), text).not.toContain('sk-secret');
  }
});

test('required parents are not created', () => {
  expect(set('m:\n  a: 1\n', 'm.p.key', 'NEW', 'require')).toHaveProperty('problem');
  expect(set('m:\n  p:\n    x: 1\n', 'm.p.key', 'NEW', 'require')).toHaveProperty('text');
});

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.stringMatching(/^[ -~\n]{0,20}$/), fc.integer(), fc.constant(null), fc.boolean()),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x y'), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('whatever a file holds, only the one value changes', () => {
  const root = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tree, { maxKeys: 4, noNullPrototype: true });
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
  const style = fc.record({
    indent: fc.constantFrom(2, 3, 4),
    indentSeq: fc.boolean(),
    collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
  });
  let [edits, refusals] = [0, 0];
  fc.assert(
    fc.property(root, path, style, fc.constantFrom('', '# head\n'), (value, at, options, comment) => {
      const text = comment + stringify(value, options);
      const edited = setValue(text, at, 'sk-new');
      if ('problem' in edited) {
        if (edited.problem.en.includes('safely')) refusals++;
        return;
      }
      edits++;
      expect(parse(edited.text)).toEqual(withValueAt(parse(text), at, 'sk-new'));
      expect(edited.text.startsWith(comment)).toBe(true);
      expect(setValue(edited.text, at, 'sk-new')).toEqual(edited);
    }),
    { numRuns: 150 },
  );
  expect(edits).toBeGreaterThan(40);
  // Only few styles have to be refused.
  expect(refusals).toBeLessThan(edits / 20);
});
