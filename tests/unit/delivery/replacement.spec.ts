import { expect, test } from '@playwright/test';
import { readEnvVariable, setEnvVariable } from '../../../src/delivery/edit-env.js';
import { readValue as readJson, setValue as setJson } from '../../../src/delivery/edit-json.js';
import { readValue as readYaml, setValue as setYaml } from '../../../src/delivery/edit-yaml.js';
import { encryptedFile } from '../../../src/delivery/foreign-text.js';
import { replacement, type OldKeys } from '../../../src/delivery/replacement.js';
import { fingerprintOf } from '../../../src/core/key-record.js';
import { parsePath } from '../../../src/lib/value-path.js';
import { fixedPrefix } from '../../../src/site/find-key.js';

const key = 'sk-new0new0new0new0';
const other = 'sk-0123456789abcdef';
const pattern = { prefix: 'sk-', matches: (word: string) => /^sk-[0-9A-Za-z]{16,}$/.test(word) };
const byPattern: OldKeys = { keys: [], pattern };
const insisting: OldKeys = { keys: [], insists: true, insistBy: 'keyturn deliver work --replace' };
const valueOf = (held: string | undefined, old: OldKeys) => {
  const result = replacement(held, key, old);
  return 'problem' in result ? result.problem.en : result.value;
};

for (const reference of [
  'op://Private/iflow/key',
  '${OTHER}',
  '${OTHER:-sk-0123456789abcdef}',
  '$OTHER',
  '$env:OTHER',
  '${env:OTHER}',
  '{env:OTHER}',
  '{file:~/.key}',
  'os.environ/OTHER',
  'os.environ["OTHER"]',
  'process.env.OTHER',
  '%OTHER%',
  '{{ vault.key }}',
  '{{key}}',
  '<%= key %>',
  '#{key}#',
  '${{ secrets.KEY }}',
  '$(op read op://x/y)',
  'Bearer ${OTHER}',
  'vault:secret/data/x#key',
  'ref+vault://secret/x',
  'file:///run/secrets/key',
  'arn:aws:secretsmanager:eu-west-1:1:secret:x',
  'projects/1/secrets/x/versions/latest',
]) {
  test(`a reference is never replaced: ${reference}`, () => {
    for (const old of [byPattern, { ...insisting, pattern }]) expect(valueOf(reference, old)).toMatch(/a reference/);
  });
}

for (const value of [
  'ENC[AES256_GCM,data:8Vd0,iv:AAAA,tag:BBBB,type:str]',
  'encrypted:BE9Y7LKANx77X1pv1HnEoil93fPa5c9rpL',
  'ENC(Zm9v)',
  'vault:v1:Zm9v',
  '{cipher}AQB',
  '$ANSIBLE_VAULT;1.1;AES256\n6131',
  '-----BEGIN PGP MESSAGE-----\n',
]) {
  test(`an encrypted value is never replaced: ${value.slice(0, 20).trim()}`, () => {
    for (const old of [byPattern, insisting]) expect(valueOf(value, old)).toMatch(/an encrypted value/);
  });
}

test('an empty place is filled, and the key that was delivered last is replaced whatever it looks like', () => {
  for (const held of [undefined, '', '  ']) expect(valueOf(held, { keys: [] })).toBe(key);
  expect(valueOf('0a1b2c', { keys: [] })).toMatch(/a text of 6 characters that is no known key of this account/);
  expect(valueOf('0a1b2c', { keys: [], delivered: fingerprintOf('0a1b2c') })).toBe(key);
  expect(valueOf('0a1b2c', { keys: ['x', '0a1b2c'] })).toBe(key);
  // A key may look like a reference.
  expect(valueOf('$OTHER', { keys: ['$OTHER'] })).toBe(key);
});

test('what fits the pattern is replaced, also as the only key in a longer text', () => {
  for (const [held, value] of [
    [other, key],
    [`Bearer ${other}`, `Bearer ${key}`],
    [`IFLOW_API_KEY=${other}`, `IFLOW_API_KEY=${key}`],
    [`https://user:${other}@example.com/?a=b`, `https://user:${key}@example.com/?a=b`],
    [`https://example.com/?key=${other}&x=1`, `https://example.com/?key=${key}&x=1`],
    [`--key "${other}" -v`, `--key "${key}" -v`],
    [`Bearer ${key}`, `Bearer ${key}`],
  ] as const) {
    expect(valueOf(held, byPattern), held).toBe(value);
    expect(valueOf(held, { keys: [other] }), held).toBe(value);
  }
});

test('all else is replaced only where the owner insists, and the error never quotes it', () => {
  for (const [held, why] of [
    ['changeme', /a text of 8 characters/],
    ['sk-old', /a text of 6 characters/],
    ['sk-proj-0123456789abcdef0123', /no known key/],
    ['sk-ant-api03-0123456789abcdef', /no known key/],
    ['task-0123456789abcdef', /no known key/],
    ['sk-0123••••••••••••cdef', /no known key/],
    [`${other}-other`, /no known key/],
    ['c2stb2xk', /no known key/],
    [`${other} ${other}x`, /several keys/],
    [`A=${other} B=${other}`, /several keys/],
  ] as const) {
    expect(valueOf(held, byPattern), held).toMatch(why);
    expect(valueOf(held, byPattern)).not.toContain(held);
    expect(valueOf(held, insisting), held).toBe(key);
  }
  expect(replacement('x', key, { ...insisting, insists: false })).toHaveProperty('next', insisting.insistBy);
});

test('a pattern has a fixed prefix where each of its texts begins with it', () => {
  for (const [source, prefix] of [
    ['^sk-[0-9A-Za-z]{16,}$', 'sk-'],
    ['^AIza[\\w|-]{35}$', 'AIza'],
    ['^sk-(?:a|b)[0-9]+$', 'sk-'],
    ['^skx?-[0-9]+$', 'sk'],
    ['^[0-9a-f]{32}$', ''],
    ['sk-[0-9]+', ''],
    ['^sk-[0-9]+$|^[0-9a-f]+$', ''],
    ['^(?:sk|pk)-[0-9]+$', ''],
  ] as const) {
    expect(fixedPrefix(new RegExp(source)), source).toBe(prefix);
  }
});

const part = { old: other, key };
const at = (path: string) => parsePath(path) ?? [];

test('the rest of a longer text stays byte for byte', () => {
  const bearer = `Bearer ${key}`;
  expect(setEnvVariable(`A=1\nH=Bearer ${other} # mine\n`, 'H', bearer, { part })).toEqual({
    text: `A=1\nH=Bearer ${key} # mine\n`,
  });
  expect(setJson(`{"h": "Bearer\\u0020${other}"}`, at('h'), bearer, { part })).toEqual({
    text: `{"h": "Bearer\\u0020${key}"}`,
  });
  const compose = `services:\n  app:\n    environment:\n      - A=1\n      - KEY=${other} # renewed\n`;
  const place = at('services.app.environment[1]');
  expect(readYaml(compose, place)).toEqual({ value: `KEY=${other}` });
  expect(setYaml(compose, place, `KEY=${key}`, { part })).toEqual({ text: compose.replace(other, key) });
  const block = `data:\n  .env: |\n    A=1\n    KEY=${other}\nb: 1\n`;
  const read = readYaml(block, at('/data/.env'));
  const replaced = replacement('value' in read ? read.value : undefined, key, byPattern);
  expect(setYaml(block, at('/data/.env'), 'value' in replaced ? replaced.value : '', { part })).toEqual({
    text: block.replace(other, key),
  });
  // A key that has to be quoted: the whole text is written anew.
  const odd = { old: other, key: 'a"b' };
  expect(setJson(`{"h": "Bearer ${other}"}`, at('h'), 'Bearer a"b', { part: odd })).toEqual({
    text: '{"h": "Bearer a\\"b"}',
  });
});

test('a YAML value with a tag of its own program is refused', () => {
  for (const [text, path] of [
    ['llm:\n  api_key: !secret iflow_key\n', 'llm.api_key'],
    ['k: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6131\n', 'k'],
    ['k: !Ref Key\n', 'k'],
    ['k: !ENV ${KEY}\n', 'k'],
    ['k: !secret\n', 'k'],
    ['k: !!binary c2stb2xk\n', 'k'],
    ['m: !include\n  k: x\n', 'm.k'],
  ] as const) {
    expect(readYaml(text, at(path)), text).toMatchObject({ problem: { en: expect.stringMatching(/has the tag /) } });
    expect(setYaml(text, at(path), key), text).toHaveProperty('problem');
  }
  expect(readYaml('k: !!str old\n', at('k'))).toEqual({ value: 'old' });
});

test('a file that is encrypted is refused, whatever stands at the place', () => {
  const sops = '{"k": "plain", "sops": {"mac": "ENC[x]", "version": "3.9.0"}}';
  for (const read of [readJson, readYaml]) {
    for (const place of ['k', 'new'])
      expect(read(sops, at(place))).toMatchObject({ problem: { en: expect.stringMatching(/is an encrypted file/) } });
    expect(read('{"k": "x", "sops": {"enabled": true}}', at('k'))).toEqual({ value: 'x' });
  }
  for (const text of [
    'KEY=ENC[AES256_GCM,data:x]\nsops_mac=ENC[x]\n',
    '#/---\nDOTENV_PUBLIC_KEY="03f8"\nA=1\n',
    'A="encrypted:BE9Y"\n',
  ]) {
    expect(readEnvVariable(text, 'NEW'), text).toHaveProperty('problem.en', expect.stringMatching(/encrypted file/));
  }
  expect(readEnvVariable('NOTE=encrypted\nsops_folder=x\n', 'NEW')).toEqual({ value: undefined });
  expect(encryptedFile.test('$ANSIBLE_VAULT;1.1;AES256\n6131\n')).toBe(true);
});

test('base64 of Kubernetes is refused, and plain places beside it are not', () => {
  const secret = 'apiVersion: v1\nkind: Secret\ndata:\n  KEY: c2stb2xk\nstringData:\n  KEY: x\n';
  expect(readYaml(secret, at('data.KEY'))).toMatchObject({ problem: { en: expect.stringMatching(/stringData/) } });
  expect(readYaml(secret, at('data.NEW'))).toHaveProperty('problem');
  expect(readYaml(secret, at('stringData.KEY'))).toEqual({ value: 'x' });
  expect(readYaml(`items:\n- kind: Secret\n  data:\n    KEY: x\n`, at('items[0].data.KEY'))).toHaveProperty('problem');
  expect(readJson('{"kind": "ConfigMap", "data": {"KEY": "x"}}', at('data.KEY'))).toEqual({ value: 'x' });
  expect(
    readJson('{"kind": "SealedSecret", "spec": {"encryptedData": {}}}', at('spec.encryptedData.KEY')),
  ).toHaveProperty('problem');
});
