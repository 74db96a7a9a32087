import { createScanner, type JSONScanner } from 'jsonc-parser';

/** A value in the text of a JSON file, with its offsets. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly properties: readonly JsonProperty[]; readonly hasTrailingComma: boolean }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'text'; readonly value: string; readonly quote: '"' | "'" }
  | { readonly kind: 'null' }
  /** Numbers, true and false, as written. */
  | { readonly kind: 'other'; readonly raw: string }
);

interface JsonProperty {
  readonly name: string;
  readonly start: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

/** Where and why a text is not JSON. */
export interface JsonProblem {
  readonly problem: string;
}

// The scanner's token kinds. jsonc-parser declares them as a const enum, which does not exist at run time.
const token = {
  braceOpen: 1,
  braceClose: 2,
  bracketOpen: 3,
  bracketClose: 4,
  comma: 5,
  colon: 6,
  nul: 7,
  yes: 8,
  no: 9,
};
const more = { text: 10, unknown: 16, number: 11, end: 17 };
const deepest = 100;

class NotJson extends Error {}

/**
 * Reads JSON with comments and trailing commas, and JSON5's unquoted keys and single quotes, as found in
 * configuration files edited by hand. The offsets let an edit replace one value and leave the rest unchanged.
 */
export function readJsonTree(text: string): JsonNode | JsonProblem {
  const reader = new Reader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const line = text.slice(0, reader.at).split('\n').length;
    return { problem: `is not JSON: ${error.message} in line ${line}` };
  }
}

class Reader {
  private readonly scanner: JSONScanner;
  private kind = 0;

  constructor(private readonly text: string) {
    this.scanner = createScanner(text, true);
  }

  get at(): number {
    return this.scanner.getTokenOffset();
  }

  whole(): JsonNode {
    this.next();
    const root = this.value(0);
    if (this.kind !== more.end) throw new NotJson('something follows the end of the document');
    return root;
  }

  private next(): void {
    this.kind = this.scanner.scan();
    // The scanner does not know JSON5: `value` and `key` check these tokens.
    if (this.kind === more.unknown || this.kind === more.number) return;
    if (Number(this.scanner.getTokenError()) !== 0)
      throw new NotJson('a comment, a text or a number does not end as it should');
  }

  private value(depth: number): JsonNode {
    if (depth > deepest) throw new NotJson('it is nested too deeply');
    const start = this.at;
    const raw = this.scanner.getTokenValue();
    switch (this.kind) {
      case token.braceOpen:
        return this.object(depth);
      case token.bracketOpen:
        return this.list(depth);
      case more.text:
      case more.unknown: {
        if (this.kind !== more.text && this.text[start] !== "'") break;
        const { value, end } = this.string();
        return { kind: 'text', value, quote: this.text[start] === "'" ? "'" : '"', start, end };
      }
      case token.nul:
        this.next();
        return { kind: 'null', start, end: start + raw.length };
      case token.yes:
      case token.no:
      case more.number:
        break;
      case more.end:
        throw new NotJson('the end is missing');
      default:
        throw new NotJson('a value is missing');
    }
    return this.other(start);
  }

  /**
   * Reads true, false or a number. The scanner does not know JSON5's numbers, such as `+1`, `.5`, `0xFF` and
   * `Infinity`.
   */
  private other(start: number): JsonNode {
    const raw = /true|false|[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
    raw.lastIndex = start;
    const found = raw.exec(this.text)?.[0];
    const end = start + (found?.length ?? 0);
    if (found === undefined || /[\p{L}\p{N}_$.'"+-]/u.test(this.text[end] ?? '')) {
      throw new NotJson('a value is missing or not in quotes');
    }
    this.scanner.setPosition(end);
    this.next();
    return { kind: 'other', raw: found, start, end };
  }

  private object(depth: number): JsonNode {
    const start = this.at;
    const properties: JsonProperty[] = [];
    let hasTrailingComma = false;
    this.next();
    while (this.kind !== token.braceClose) {
      if (properties.length > 0 && !hasTrailingComma) throw new NotJson('a comma is missing');
      properties.push(this.property(depth));
      hasTrailingComma = this.comma();
    }
    const end = this.at + 1;
    this.next();
    return { kind: 'object', properties, hasTrailingComma, start, end };
  }

  private property(depth: number): JsonProperty {
    const start = this.at;
    const { value: name, end: keyEnd } = this.key();
    if (this.kind !== token.colon) throw new NotJson('a colon is missing');
    this.next();
    return { name, start, keyEnd, value: this.value(depth + 1) };
  }

  private list(depth: number): JsonNode {
    const start = this.at;
    const items: JsonNode[] = [];
    let isOpen = true;
    this.next();
    while (this.kind !== token.bracketClose) {
      if (!isOpen) throw new NotJson('a comma is missing');
      items.push(this.value(depth + 1));
      isOpen = this.comma();
    }
    const end = this.at + 1;
    this.next();
    return { kind: 'list', items, start, end };
  }

  private comma(): boolean {
    if (this.kind !== token.comma) return false;
    this.next();
    return true;
  }

  private key(): { value: string; end: number } {
    if (this.kind === more.text || this.text[this.at] === "'") return this.string();
    const value = this.scanner.getTokenValue();
    const isWord = this.kind === more.unknown || [token.nul, token.yes, token.no].includes(this.kind);
    if (!isWord || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(value)) throw new NotJson('a key is missing or not in quotes');
    const end = this.at + value.length;
    this.next();
    return { value, end };
  }

  private string(): { value: string; end: number } {
    const start = this.at;
    if (this.text[start] !== "'") {
      const value = this.scanner.getTokenValue();
      const end = start + this.scanner.getTokenLength();
      this.next();
      return { value, end };
    }
    const raw = /'(?:[^'\\\r\n]|\\(?:\r\n|[^]))*'/y;
    raw.lastIndex = start;
    const found = raw.exec(this.text)?.[0];
    if (found === undefined) throw new NotJson('a text in single quotes does not end');
    this.scanner.setPosition(start + found.length);
    this.next();
    return { value: unescaped(found.slice(1, -1)), end: start + found.length };
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0' };

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r?\n|([^]))/g,
    (_whole, long?: string, short?: string, char?: string) => {
      const hex = long ?? short;
      return hex === undefined ? (escapes[char ?? ''] ?? char ?? '') : String.fromCharCode(parseInt(hex, 16));
    },
  );
}

/** The value as a program reads it: of two properties with the same name, the last counts. Numbers stay as written. */
export function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.properties.map(({ name, value }) => [name, plainValue(value)]));
    case 'list':
      return node.items.map(plainValue);
    case 'text':
      return { text: node.value };
    case 'null':
      return null;
    case 'other':
      return { raw: node.raw };
  }
}
