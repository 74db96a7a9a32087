import type { LinearPattern } from './linear-pattern.js';
import { orUndefined } from './or-undefined.js';
import { hidden, hideTokens, oneLine, printable, redactText } from './redact.js';

type KeyPattern = Pick<LinearPattern, 'source' | 'test'>;

/** Each run has one redactor, and adds a secret to it as soon as it reads, receives or makes it. */
export interface Redactor {
  /** Adds secrets, in every form in which texts quote them. Ignores values shorter than six characters. */
  add(...secrets: readonly (string | undefined)[]): void;
  /** Adds a pattern for the keys of a site, so that keys not seen yet are hidden as well. */
  addPattern(pattern: KeyPattern): void;
  /** Everything that was added, patterns as source text, for code that runs where no function can be passed. */
  knows(): { readonly secrets: readonly string[]; readonly patterns: readonly string[] };
  hide(text: string): string;
  /** Like {@link hide}, and makes control characters other than line breaks visible. */
  text(text: string): string;
  /** Like {@link text}, for foreign text: one line, cut to `limit`, without anything that may be a secret. */
  foreign(text: string, limit?: number): string;
}

/** Shorter values are ordinary words. */
const shortest = 6;
/** A shorter value counts only where no letter or digit is next to it. */
const longEnough = 12;
/** This much of the beginning of a secret is hidden as well, because texts are cut off. */
const beginning = 16;

export function createRedactor(secrets: readonly (string | undefined)[] = []): Redactor {
  const known = new Set<string>();
  /** Grouped by their first {@link shortest} characters, so that one pass over a text finds them all. */
  const forms = new Map<string, Set<string>>();
  const patterns = new Map<string, KeyPattern>();

  const hideKnown = (text: string): string => {
    if (forms.size === 0) return text;
    let result = '';
    let kept = 0;
    for (let at = 0; at + shortest <= text.length;) {
      const length = longestMatch(text, at, forms.get(text.slice(at, at + shortest)));
      if (length > 0) {
        result += text.slice(kept, at) + hidden;
        kept = at + length;
      }
      at += Math.max(1, length);
    }
    return result + text.slice(kept);
  };

  const redactor: Redactor = {
    add: (...more) => {
      for (const secret of more) {
        if (secret === undefined || secret.length < shortest || known.has(secret)) continue;
        known.add(secret);
        for (const form of formsOf(secret)) {
          const head = form.slice(0, shortest);
          const others = forms.get(head);
          if (others) others.add(form);
          else forms.set(head, new Set([form]));
        }
      }
    },
    addPattern: (pattern) => void patterns.set(pattern.source, pattern),
    knows: () => ({ secrets: [...known], patterns: [...patterns.keys()] }),
    hide: (text) => redactText(hideKnown(text)),
    text: (text) => printable(redactText(hideKnown(text))),
    foreign: (text, limit = Infinity) => {
      const joined = withoutGaps(hideKnown(text));
      const plain = hideTokens(hideMatches(withoutQueries(hideKnown(joined)), [...patterns.values()]));
      return cut(oneLine(redactText(plain)), limit);
    },
  };
  redactor.add(...secrets);
  return redactor;
}

/** The number of characters from `at` on that belong to a secret; 0 for none. */
function longestMatch(text: string, at: number, candidates: ReadonlySet<string> | undefined): number {
  let longest = 0;
  for (const form of candidates ?? []) {
    let length = shortest;
    while (length < form.length && text[at + length] === form[length]) length += 1;
    const isWhole = length === form.length && (length >= longEnough || standsAlone(text, at, length));
    if (isWhole || length >= beginning) longest = Math.max(longest, length);
  }
  return longest;
}

const isWordEnd = /[A-Za-z0-9]/;

function standsAlone(text: string, at: number, length: number): boolean {
  const joins = (left: string | undefined, right: string | undefined) =>
    left !== undefined && right !== undefined && isWordEnd.test(left) && isWordEnd.test(right);
  return !joins(text[at - 1], text[at]) && !joins(text[at + length - 1], text[at + length]);
}

/** The secret as it is, as it is written in an address or a cookie, and as it is written in JSON. */
function formsOf(secret: string): Set<string> {
  const decoded = orUndefined(() => decodeURIComponent(secret));
  const plain = [secret, decoded, decoded?.replaceAll('+', ' ')];
  const encoded = [secret, decoded].map((form) => form && orUndefined(() => encodeURIComponent(form)));
  const lower = encoded.map((form) => form?.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  const all = [...plain, ...encoded, ...lower, ...encoded.map((form) => form?.replaceAll('%20', '+'))];
  const json = all.map((form) => form && JSON.stringify(form).slice(1, -1));
  return new Set([...all, ...json].filter((form): form is string => form !== undefined && form.length >= shortest));
}

/** Removes the invisible characters that let a key break over lines: it is still the same key. */
function withoutGaps(text: string): string {
  return text.replace(/(?<=[A-Za-z0-9_-])[\u00ad\u200b-\u200d\u2060\ufeff]+(?=[A-Za-z0-9_-])/g, '');
}

/** Removes user, query and fragment from each address, because they may carry tokens. */
function withoutQueries(text: string): string {
  return text.replace(/\b(?:https?|wss?|socks5h?):\/\/[^\s"'<>]+/gi, (url) =>
    url.replace(/^(\w+:\/\/)[^/?#@]*@/, '$1').replace(/[?#].*$/, '?…'),
  );
}

/** A word between white space, quotes or brackets, including punctuation that a key may contain. */
const word = /[^\s"'`“”‘’「」『』（）()<>[\]{}，。；;、：•…]{8,}/g;
const punctuation = /[:=,&?#/|!@.\\]/g;
const mostParts = 6;

/** Hides every match of a key pattern: a whole word, or a part of it between punctuation. */
function hideMatches(text: string, patterns: readonly KeyPattern[]): string {
  if (patterns.length === 0) return text;
  const isKey = (part: string) => mayBeKey(part) && patterns.some((pattern) => pattern.test(part));
  return text.replace(word, (found) => {
    const ends = [...found.matchAll(punctuation)].map(({ index }) => index);
    const starts = [0, ...ends.map((at) => at + 1)];
    ends.push(found.length);
    let result = '';
    let kept = 0;
    for (const [index, start] of starts.entries()) {
      if (start < kept) continue;
      const near = ends.slice(index, index + mostParts).reverse();
      const tried = index < mostParts ? [found.length, ...near] : near;
      const end = tried.find((to) => isKey(found.slice(start, to)));
      if (end === undefined) continue;
      result += found.slice(kept, start) + hidden;
      kept = end;
    }
    return result + found.slice(kept);
  });
}

/** Some patterns match every word. A key has letters and digits, or is longer than ordinary words. */
function mayBeKey(part: string): boolean {
  if (part.length < 8 || part.length > 8192) return false;
  return part.length >= 16 || (/\d/.test(part) && /[A-Za-z]/.test(part));
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
