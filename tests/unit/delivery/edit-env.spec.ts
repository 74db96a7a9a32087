import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { readEnvVariable, setEnvVariable } from '../../../src/delivery/edit-env.js';

const key = 'sk-0123456789abcdef0123456789abcdef';

for (const [title, before, after] of [
  ['an empty file', '', `KEY=${key}\n`],
  ['a bare value', 'KEY=old\n', `KEY=${key}\n`],
  ['an empty value', 'KEY=\nB=1\n', `KEY=${key}\nB=1\n`],
  ['double quotes', 'A=1\nKEY="old"\n', `A=1\nKEY="${key}"\n`],
  ['single quotes', "KEY='old'\n", `KEY='${key}'\n`],
  ['backticks', 'KEY=`old`\n', `KEY=\`${key}\`\n`],
  ['export', 'export KEY=old', `export KEY=${key}`],
  ['spaces around the sign', '  KEY = old  \n', `  KEY = ${key}  \n`],
  ['a comment behind it', 'KEY=old # mine\n', `KEY=${key} # mine\n`],
  ['a comment behind quotes', 'KEY="old" # "mine"\n', `KEY="${key}" # "mine"\n`],
  ['a comment behind nothing', 'KEY=   # to be filled in\n', `KEY=${key}   # to be filled in\n`],
  ['a # that is the value to a shell', 'KEY=#x\n', `KEY=${key} #x\n`],
  ['Windows line ends', 'A=1\r\nKEY=old\r\nB=2\r\n', `A=1\r\nKEY=${key}\r\nB=2\r\n`],
  ['old Mac line ends', 'A=1\rKEY=old\rB=2', `A=1\rKEY=${key}\rB=2`],
  ['no final newline', 'A=1\nKEY=old', `A=1\nKEY=${key}`],
  ['a byte order mark', '\ufeffKEY=old\n', `\ufeffKEY=${key}\n`],
  ['duplicates: the last counts', 'KEY=a\nB=1\nKEY=b\n', `KEY=a\nB=1\nKEY=${key}\n`],
  ['a name that only begins alike', 'KEY_2=a\nMY_KEY=b\n', `KEY_2=a\nMY_KEY=b\nKEY=${key}\n`],
  ['a commented assignment', '# KEY=old\n#KEY=old\n', `# KEY=old\n#KEY=old\nKEY=${key}\n`],
  ['a missing variable, no final newline', 'A=1', `A=1\nKEY=${key}`],
  ['a missing variable, Windows line ends', 'A=1\r\n', `A=1\r\nKEY=${key}\r\n`],
  [
    'a missing variable among exported ones',
    'export A=1\nexport B="2"\n',
    `export A=1\nexport B="2"\nexport KEY=${key}\n`,
  ],
  ['a line inside of a quoted value', 'PEM="a\nKEY=inner\nb"\n', `PEM="a\nKEY=inner\nb"\nKEY=${key}\n`],
  ['a quote that never ends', `A="x\nKEY=old\n`, `A="x\nKEY=${key}\n`],
  ['an apostrophe in a bare value', `A=it's\nKEY='old'\n`, `A=it's\nKEY='${key}'\n`],
  ['a quoted value with an escaped quote', 'A="x\\"\nKEY=in\n"\nKEY=old\n', `A="x\\"\nKEY=in\n"\nKEY=${key}\n`],
  ['glued quotes are one value', 'KEY="a"b\n', `KEY=${key}\n`],
] as const) {
  test(`env: ${title}`, () => {
    expect(setEnvVariable(before, 'KEY', key)).toEqual({ text: after });
    expect(readEnvVariable(after, 'KEY')).toEqual({ value: key });
  });
}

test('a key that needs quotes gets them', () => {
  for (const [before, value, after] of [
    ['KEY=old', 'a#b$c', "KEY='a#b$c'"],
    ['KEY="old"', 'a$b', "KEY='a$b'"],
    ["KEY='old'", "it's", 'KEY="it\'s"'],
    ['KEY=old', `a'"$\\b`, 'KEY="a\'\\"\\$\\\\b"'],
  ] as const) {
    expect(setEnvVariable(before, 'KEY', value)).toEqual({ text: after });
    expect(readEnvVariable(after, 'KEY')).toEqual({ value });
  }
});

test('a key that an env file cannot hold is refused, and so is a binary file', () => {
  expect(setEnvVariable('A=1\n', 'KEY', 'two\nlines')).toHaveProperty('problem');
  expect(setEnvVariable('A\0=1\n', 'KEY', key)).toHaveProperty('problem');
});

const word = fc.stringMatching(/^[A-Za-z0-9_.-]{0,12}$/);
const name = fc.constantFrom('A', 'B_1', 'KEY_2', 'MY_KEY', 'KEY');
const line = fc.oneof(
  fc.tuple(name, word).map(([n, v]) => `${n}=${v}`),
  fc.tuple(name, word).map(([n, v]) => `export ${n}="${v} x"`),
  fc.tuple(name, word).map(([n, v]) => `  ${n} = '${v}' # note "${v}`),
  fc.tuple(name, word, word).map(([n, a, b]) => `${n}="${a}\nKEY=${b}"`),
  word.map((v) => `# KEY=${v}`),
  word.map((v) => `; ${v} é 中文`),
  fc.constant(''),
);
const file = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
  .map(([lines, eol, isEnded, isMarked]) => {
    const text = lines.join('\n').replaceAll('\n', eol);
    return (isMarked ? '\ufeff' : '') + text + (isEnded && text !== '' ? eol : '');
  });

test('one value changes and every other character stays', () => {
  fc.assert(
    fc.property(file, (text) => {
      const edited = setEnvVariable(text, 'KEY', key);
      if ('problem' in edited) throw new Error(edited.problem.en);
      expect(readEnvVariable(edited.text, 'KEY')).toEqual({ value: key });
      const before = readEnvVariable(text, 'KEY');
      const had = 'value' in before && before.value !== undefined;
      const at = edited.text.lastIndexOf(key);
      if (!had) expect(edited.text.startsWith(text)).toBe(true);
      else {
        // The text before and after the new value is the text before and after the old one.
        const [head, tail] = [edited.text.slice(0, at), edited.text.slice(at + key.length)];
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
        expect(text.slice(head.length, text.length - tail.length)).toBe(before.value);
      }
      for (const other of ['A', 'B_1', 'KEY_2', 'MY_KEY']) {
        expect(readEnvVariable(edited.text, other)).toEqual(readEnvVariable(text, other));
      }
      expect(setEnvVariable(edited.text, 'KEY', key)).toEqual(edited);
    }),
    { numRuns: 200 },
  );
});

test('a file of any bytes keeps every other byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      const edited = setEnvVariable(text, 'KEY', key);
      if ('problem' in edited) return;
      const at = edited.text.lastIndexOf(key);
      expect(readEnvVariable(edited.text, 'KEY')).toEqual({ value: key });
      expect(text.startsWith(edited.text.slice(0, at).replace(/(\r\n|\r|\n)?KEY=$/, ''))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
