import type { LinearPattern } from '../lib/linear-pattern.js';

const separators = /[\s"'`“”‘’「」『』（）()<>[\]{}，。；;、,：]+/;
/** Not of `sk-12...`, which is cut off. */
const endOfSentence = /(?<![.!?:])[.!?:]$/;
const maskCharacters = /[*•●·…]|\.{3}|x{4,}/;

/** The full key inside a longer text such as a sentence; undefined when the text holds only a mask or nothing. */
export function keyIn(text: string, pattern: Pick<LinearPattern, 'test'>): string | undefined {
  return tokens(text).find((token) => pattern.test(token) && !/[*•●…]/.test(token));
}

/** A mask must start with the pattern's literal prefix, because pages mask telephone numbers as well. */
export function maskIn(text: string, pattern?: Pick<LinearPattern, 'source'>): string | undefined {
  const head = pattern ? fixedPrefix(pattern) : '';
  return tokens(text).find(
    (token) =>
      token.length >= 6 &&
      token.startsWith(head) &&
      maskCharacters.test(token) &&
      /[0-9A-Za-z]{2}/.test(token) &&
      !token.includes('@'),
  );
}

/** The literal prefix of every match: `sk-` for `^sk-[0-9a-f]{32}$`. Empty where a match may begin otherwise. */
export function fixedPrefix(pattern: Pick<LinearPattern, 'source'>): string {
  const outside = pattern.source.replace(/\\.|\[[^\]]*\]/g, '').replace(/\(.*\)/, '');
  if (outside.includes('|')) return '';
  const [, head = '', next = ''] = /^\^([\w-]*)(.?)/.exec(pattern.source) ?? [];
  return /[?*{+]/.test(next) ? head.slice(0, -1) : head;
}

function tokens(text: string): readonly string[] {
  const words = text.split(separators).flatMap((word) => [word.replace(endOfSentence, ''), word]);
  // What follows a colon or an equals sign, as in `key=sk-…`, unless a mask is part of it.
  const values = words.filter((word) => !maskCharacters.test(word)).flatMap((word) => word.split(/[:=]/).slice(1));
  return [text.trim(), ...words, ...values].filter((token) => token !== '' && !/\s/.test(token));
}
