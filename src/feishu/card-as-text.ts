import type { Card } from './types.js';

interface CardParts {
  readonly header: { readonly title: { readonly content: string } };
  readonly body: { readonly elements: readonly { readonly tag: string; readonly content?: string }[] };
}

/** What a card without buttons says, for a chat that does not take the card. */
export function cardAsText(card: Card): string {
  const { header, body } = card as unknown as CardParts;
  const lines = body.elements.flatMap(({ tag, content }) => (tag === 'markdown' && content ? [plain(content)] : []));
  return [header.title.content, ...lines].join('\n');
}

/** What a text of Feishu reads as a link or a mention. In text from elsewhere these would look like keyturn's own. */
const wide: Readonly<Record<string, string>> = { '<': '＜', '>': '＞', '[': '［', ']': '］' };

function entity(_: string, code: string): string {
  const char = String.fromCharCode(Number(code));
  return wide[char] ?? char;
}

/** The marks of the markdown that keyturn writes; text from elsewhere is escaped in it. */
const plain = (markdown: string) =>
  markdown
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1: $2')
    .replace(/\*\*|`/g, '')
    .replace(/&#(\d+);/g, entity);
