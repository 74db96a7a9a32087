import { expect, test } from '@playwright/test';
import { keyIn, maskIn } from '../../../src/site/find-key.js';
import { keyPattern } from '../../../src/site/profile-parts.js';

const found = (text: string, pattern: string) => keyIn(text, keyPattern.parse(pattern));
const key = `sk-${'0a'.repeat(10)}`;

for (const pattern of [
  'sk-[0-9a-z]{16,}',
  '^sk-[0-9a-z]{16,}$',
  '^sk-[0-9a-z]{16,}$|^pk-[0-9a-z]{16,}$',
  '(sk|pk)-\\w{16,}$',
]) {
  test(`${pattern} describes the whole key`, () => {
    expect(found(key, pattern)).toBe(key);
    expect(found(`(${key})`, pattern)).toBe(key);
    expect(found(`x${key}`, pattern)).toBeUndefined();
    expect(found(`${key}/2`, pattern)).toBeUndefined();
  });
}

test('a border sign that is part of the key stays', () => {
  expect(found('a^b$', 'a\\^b[$]')).toBe('a^b$');
  expect(found('ab', 'a\\^b[$]')).toBeUndefined();
});

for (const text of [
  `The new password to log in with me@app is ${key}.`,
  `Your key:${key}`,
  `API_KEY=${key}`,
  `export API_KEY="${key}"`,
  `密钥：${key}。请妥善保存`,
]) {
  test(`the key is found in: ${text.replace(key, 'KEY')}`, () => expect(found(text, 'sk-[0-9a-z]{16,}')).toBe(key));
}

for (const text of [`${key}...`, `${key}…`, `key=${key}****`, `${key}Copy`, `${key}.2`]) {
  test(`no key is found in: ${text.replace(key, 'KEY')}`, () => {
    expect(found(text, 'sk-[0-9a-z]{16,}')).toBeUndefined();
  });
}

test('a mask without the beginning of the pattern counts only where the profile says that there is one', () => {
  expect(maskIn('******o0fE')).toBe('******o0fE');
  expect(maskIn('******o0fE', keyPattern.parse('sk-[0-9a-z]{16,}'))).toBeUndefined();
});
