import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** A fixed beginning and one run of characters, as most keys have: no text makes it slow in any engine. */
const oneRun = /^\^[\w-]*(?:\[[^[\]\\]*\]|\\[dw])(?:[+*]|\{\d+(?:,\d*)?\})?\$?$/;

type Engine = Pick<LinearPattern, 'test' | 'find'>;

/**
 * A regular expression from a site profile, matched in time linear in the text: by RE2, which is loaded for the first
 * text, or by the engine of JavaScript where the expression is as plain as {@link oneRun}.
 */
export class LinearPattern {
  #anywhere: Engine | undefined;
  #whole: Engine | undefined;

  /** Throws when JavaScript does not take it. What RE2 does not take is a {@link problem}. */
  constructor(
    readonly source: string,
    readonly flags = '',
  ) {
    new RegExp(source, flags);
  }

  test(text: string): boolean {
    return this.#engine().test(text);
  }

  /** The first match: what its first group holds, or all of it where the expression has no group. */
  find(text: string): string | undefined {
    return this.#engine().find(text);
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    return (this.#whole ??= this.#compile(`^(?:${this.source})$`)).test(text);
  }

  /** What RE2 does not take; undefined for a pattern that can be matched. */
  problem(): string | undefined {
    try {
      this.test('');
      return undefined;
    } catch (error) {
      return (error as Error).message.replace(/^error parsing regexp: /, '');
    }
  }

  #engine(): Engine {
    return (this.#anywhere ??= this.#compile(this.source));
  }

  #compile(source: string): Engine {
    if (this.flags === '' && oneRun.test(this.source)) {
      const plain = new RegExp(source);
      return { test: (text) => plain.test(text), find: (text) => plain.exec(text)?.[0] };
    }
    // The translation to RE2 would take it for letters.
    if (source.includes('\\k<')) throw new Error('invalid escape sequence: `\\k`');
    // `import` cannot wait until the first text: a match is synchronous.
    const { RE2JS: re2 } = createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS };
    const of = { i: re2.CASE_INSENSITIVE, m: re2.MULTILINE, s: re2.DOTALL };
    const flags = Object.entries(of).reduce((sum, [flag, bit]) => (this.flags.includes(flag) ? sum | bit : sum), 0);
    const compiled = re2.compile(re2.translateRegExp(withUnicodeSpace(source)), flags);
    return {
      test: (text) => compiled.test(text),
      find: (text) => {
        const match = compiled.matcher(text);
        return match.find() ? (match.group(Math.min(1, match.groupCount())) ?? undefined) : undefined;
      },
    };
  }
}

/** In RE2, `\s` is the white space of ASCII only; pages have no-break and ideographic spaces. */
function withUnicodeSpace(source: string): string {
  let isInClass = false;
  return source.replace(/\\[^]|[[\]]/g, (part) => {
    if (part === '[') isInClass = true;
    if (part === ']') isInClass = false;
    if (part.toLowerCase() !== '\\s' || (isInClass && part === '\\S')) return part;
    const space = '\\s\\v\\p{Z}\\x{feff}';
    return isInClass ? space : `[${part === '\\S' ? '^' : ''}${space}]`;
  });
}
