const separators = /[\s"'`“”‘’「」『』（）()<>[\]{}，。；;、,：]+/;
const maskCharacters = /[*•●·…]|\.{3}|x{4,}/;

/** A full key inside a longer text, e.g. a sentence; undefined when what stands there is a mask or nothing. */
export function keyIn(text: string, pattern: RegExp): string | undefined {
  return tokens(text).find((token) => pattern.test(token) && !/[*•●…]/.test(token));
}

/**
 * What a console shows in place of a key: some of its characters and a run of asterisks or dots.
 * With a pattern only what begins like its keys counts: pages mask telephone numbers, too.
 */
export function maskIn(text: string, pattern?: RegExp): string | undefined {
  const head = pattern ? literalHead(pattern) : '';
  return tokens(text).find(
    (token) =>
      token.length >= 6 &&
      token.startsWith(head) &&
      maskCharacters.test(token) &&
      /[0-9A-Za-z]{2}/.test(token) &&
      !token.includes('@'),
  );
}

/** `sk-` of `^sk-[0-9a-f]{32}$`: the characters with which every match begins. */
function literalHead(pattern: RegExp): string {
  const [, head = '', next = ''] = /^\^([\w-]*)(.?)/.exec(pattern.source) ?? [];
  return /[?*{+]/.test(next) ? head.slice(0, -1) : head;
}

function tokens(text: string): readonly string[] {
  return [text.trim(), ...text.split(separators)].filter((token) => token !== '' && !/\s/.test(token));
}
