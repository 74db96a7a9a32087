/** A part of a card. The simulator can show a card as text, press its buttons, and reject an invalid card. */
export type CardNode = Record<string, unknown>;

export interface CardButton {
  readonly label: string;
  readonly name?: string;
  /** What a press sends. Undefined if the button only opens a link, or if card schema 2.0 ignores its value. */
  readonly value?: Record<string, unknown>;
  readonly url?: string;
  readonly inForm: boolean;
}

const maxCardBytes = 30 * 1024;

export function dialectOf(card: CardNode): '1.0' | '2.0' {
  return card['schema'] === '2.0' ? '2.0' : '1.0';
}

/** Returns why Feishu would reject this card with code 230099, or undefined. */
export function cardProblem(text: string, knowsImage: (key: string) => boolean): string | undefined {
  let card: CardNode;
  try {
    card = JSON.parse(text) as CardNode;
  } catch {
    return 'content is not JSON';
  }
  if (card === null || typeof card !== 'object' || Array.isArray(card)) return 'card is not an object';
  if (Buffer.byteLength(text) > maxCardBytes) return 'card content exceeds 30 KB';
  const modern = dialectOf(card) === '2.0';
  const config = asNode(card['config']);
  if (modern) {
    if (config['update_multi'] !== true) return 'config.update_multi must be true';
    if (card['elements'] !== undefined) return 'unknown property elements at the root of a 2.0 card';
    if (!Array.isArray(asNode(card['body'])['elements'])) return 'body.elements is missing';
  }
  const names = new Set<string>();
  const problems: string[] = [];
  for (const { node, depth } of nodesOf(card)) {
    const tag = node['tag'];
    if (modern && tag === 'action') problems.push('tag action does not exist in a 2.0 card');
    if (modern && tag === 'note') problems.push('tag note does not exist in a 2.0 card');
    if (tag === 'form' && depth > 1) problems.push('a form must stand at the root of the card');
    if (tag === 'img' && !knowsImage(textOf(node['img_key'])))
      problems.push(`unknown img_key ${textOf(node['img_key'])}`);
    if (tag === 'button' && node['text'] === undefined) problems.push('a button has no text');
    for (const behavior of asList(node['behaviors'])) {
      const value = behavior['value'];
      if (behavior['type'] === 'callback' && (value === null || typeof value !== 'object')) {
        problems.push('the value of a callback must be an object');
      }
    }
    const name = node['name'];
    if (typeof name === 'string' && ['form', 'input', 'button'].includes(String(tag))) {
      if (names.has(name)) problems.push(`name ${name} is not unique`);
      names.add(name);
    }
  }
  return problems[0];
}

export function buttonsOf(card: CardNode): CardButton[] {
  const modern = dialectOf(card) === '2.0';
  const buttons: CardButton[] = [];
  for (const { node, inForm } of nodesOf(card)) {
    if (node['tag'] !== 'button') continue;
    const callback = asList(node['behaviors']).find((behavior) => behavior['type'] === 'callback');
    const link = asList(node['behaviors']).find((behavior) => behavior['type'] === 'open_url');
    const value = modern ? callback?.['value'] : (node['value'] ?? callback?.['value']);
    buttons.push({
      label: textOf(asNode(node['text'])['content']),
      name: typeof node['name'] === 'string' ? node['name'] : undefined,
      value: value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined,
      url: typeof link?.['default_url'] === 'string' ? link['default_url'] : undefined,
      inForm,
    });
  }
  return buttons;
}

/** Returns the card's lines as a person sees them. Buttons of one row share a line. */
export function cardLines(card: CardNode): string[] {
  const lines: string[] = [];
  const header = asNode(card['header']);
  const title = textOf(asNode(header['title'])['content']);
  if (title) lines.push(title);
  const subtitle = textOf(asNode(header['subtitle'])['content']);
  if (subtitle) lines.push(subtitle);
  const elements = dialectOf(card) === '2.0' ? asNode(card['body'])['elements'] : card['elements'];
  for (const element of asList(elements)) lines.push(...elementLines(element));
  return lines;
}

function elementLines(node: CardNode): string[] {
  switch (node['tag']) {
    case 'markdown':
      return plainMarkdown(textOf(node['content'])).split('\n');
    case 'div':
      return plainMarkdown(textOf(asNode(node['text'])['content'])).split('\n');
    case 'img':
      return [`(picture ${textOf(node['img_key'])})`];
    case 'hr':
      return ['---'];
    case 'button':
      return [`[${textOf(asNode(node['text'])['content'])}]`];
    case 'input':
      return [`( ${textOf(asNode(node['placeholder'])['content'])} )`];
    case 'note':
      return asList(node['elements']).map((part) => textOf(part['content']));
    case 'action':
      return [
        asList(node['actions'])
          .flatMap((part) => elementLines(part))
          .join(' '),
      ];
    case 'column_set': {
      const columns = asList(node['columns']).map((column) => asList(column['elements']).flatMap(elementLines));
      return columns.every((column) => column.length === 1) ? [columns.flat().join(' ')] : columns.flat();
    }
    default:
      return asList(node['elements']).flatMap(elementLines);
  }
}

function plainMarkdown(text: string): string {
  return text
    .replace(/<\/?(font|text_tag|at)[^>]*>/g, '')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

export function imageKeysOf(card: CardNode): string[] {
  return [...nodesOf(card)]
    .filter(({ node }) => node['tag'] === 'img')
    .map(({ node }) => textOf(node['img_key']))
    .filter((key) => key !== '');
}

function* nodesOf(
  value: unknown,
  depth = 0,
  inForm = false,
): Generator<{ node: CardNode; depth: number; inForm: boolean }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item, depth, inForm);
  } else if (value !== null && typeof value === 'object') {
    const node = value as CardNode;
    const tagged = typeof node['tag'] === 'string';
    if (tagged) yield { node, depth: depth + 1, inForm };
    for (const [key, child] of Object.entries(node)) {
      // A button's value is data of the app, not part of the card.
      if (key !== 'value') yield* nodesOf(child, tagged ? depth + 1 : depth, inForm || node['tag'] === 'form');
    }
  }
}

function asNode(value: unknown): CardNode {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as CardNode) : {};
}

function asList(value: unknown): CardNode[] {
  return Array.isArray(value) ? value.map(asNode) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
