/** What to hide, as plain data that can be passed into a page. */
export interface Hidden {
  readonly secrets: readonly string[];
  /** Regular expressions of keys. A word that matches one is hidden. */
  readonly patterns: readonly string[];
  readonly longToken: { readonly run: string; readonly looksRandom: string };
}

/** The redaction of one frame. This object lives inside that frame. */
export interface FrameRedaction {
  /** False when the page has since shown something that has to be hidden. */
  isComplete(): boolean;
  /** Undoes the redaction, except where the page has changed its content since. */
  restore(): void;
}

/**
 * Hides secrets on the page before a screenshot. It runs inside the page, so it must not use anything outside itself.
 * It replaces text that looks like a key, token, phone number or e-mail address, even in open shadow roots or spread
 * over several elements. It blots out every filled text field with a style, which the page does not notice.
 */
export function redactInPage({ secrets, patterns, longToken }: Hidden): FrameRedaction {
  const undo: (() => void)[] = [];
  const blotted = new Set<Element>();

  const wholes = [
    ...secrets
      .filter((secret) => secret.length >= 6)
      .map((s) => new RegExp(s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g')),
    /sk-[0-9A-Za-z_-]{8,}/g,
    // A Chinese mobile number, even if partly masked already.
    /(?<!\d)1[3-9]\d(?:[ -]?[\d*•●xX]){4,}[ -]?\d{2,4}(?!\d)/g,
    /[\w.+*•-]+@[\w-]+(?:\.[\w-]+)+/g,
  ];
  const runs = new RegExp(longToken.run, 'g');
  const words = /[^\s"'<>()[\]{},;:：，。；]{8,}/g;
  const looksRandom = new RegExp(`(?<![A-Za-z0-9])(?:${longToken.looksRandom})`);
  const keys = patterns.map((pattern) => new RegExp(pattern));
  const isRandom = (text: string) => looksRandom.test(text);
  const isKey = (text: string) =>
    (text.length >= 16 || (/\d/.test(text) && /[A-Za-z]/.test(text))) && keys.some((key) => key.test(text));

  const hasSecret = (text: string) => wholes.some((pattern) => text.search(pattern) >= 0);
  const hasToken = (text: string) => (text.match(runs) ?? []).some(isRandom) || (text.match(words) ?? []).some(isKey);
  const dots = '•'.repeat(12);
  const hidden = (text: string) =>
    wholes
      .reduce((rest, pattern) => rest.replace(pattern, (found) => dots.slice(0, found.length)), text)
      .replace(runs, (found) => (isRandom(found) ? dots : found))
      .replace(words, (found) => (isKey(found) ? dots : found));

  const setText = (node: Text, text: string) => {
    const before = node.data;
    node.data = text;
    undo.push(() => {
      if (node.data === text) node.data = before;
    });
  };

  const roots = (): (Document | ShadowRoot)[] => {
    const found: (Document | ShadowRoot)[] = [document];
    for (const root of found) {
      for (const element of root.querySelectorAll('*')) if (element.shadowRoot) found.push(element.shadowRoot);
    }
    return found;
  };

  const texts = (parent: Node): Text[] => {
    const walker = document.createTreeWalker(parent, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      if (!/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.parentElement?.tagName ?? '')) found.push(node);
    }
    return found;
  };
  const visibleText = (parent: Node) =>
    texts(parent)
      .map((node) => node.data)
      .join('');

  /** Blanks the smallest element around a secret that is spread over several elements. */
  const blankSpread = (parent: Element | ShadowRoot) => {
    if (!hasSecret(visibleText(parent))) return;
    for (const child of parent.children) blankSpread(child);
    if (!hasSecret(visibleText(parent))) return;
    for (const node of texts(parent))
      if (node.data.trim() !== '') setText(node, '•'.repeat(Math.min(node.data.length, 12)));
  };

  const fields = (root: Document | ShadowRoot) =>
    [...root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].filter((field) => {
      if (/^(checkbox|radio|range|color|file|image|hidden)$/.test(field.type)) return false;
      if (/^(button|submit|reset)$/.test(field.type)) return hasSecret(field.value) || hasToken(field.value);
      return field.value !== '' || hasSecret(field.placeholder) || hasToken(field.placeholder);
    });

  const blot = (field: HTMLElement) => {
    const before = field.getAttribute('style');
    const style =
      '; color: transparent !important; -webkit-text-fill-color: transparent !important; transition: none !important; text-shadow: none !important; background: #888 !important;';
    field.setAttribute('style', (before ?? '') + style);
    const after = field.getAttribute('style');
    blotted.add(field);
    undo.push(() => {
      if (field.getAttribute('style') !== after) return;
      if (before === null) field.removeAttribute('style');
      else field.setAttribute('style', before);
    });
  };
  const isBlotted = (field: HTMLElement) => blotted.has(field) && field.style.webkitTextFillColor === 'transparent';

  const sweep = () => {
    for (const root of roots()) {
      for (const node of texts(root)) {
        const text = hidden(node.data);
        if (text !== node.data) setText(node, text);
      }
      const top = root instanceof Document ? root.documentElement : root;
      if (top) blankSpread(top);
      for (const field of fields(root)) blot(field);
    }
  };

  sweep();
  return {
    isComplete: () =>
      roots().every((root) => {
        const everything = visibleText(root);
        const areTextsClean = !hasSecret(everything) && texts(root).every((node) => !hasToken(node.data));
        return areTextsClean && fields(root).every(isBlotted);
      }),
    restore: () => {
      for (const step of undo.reverse()) step();
    },
  };
}
