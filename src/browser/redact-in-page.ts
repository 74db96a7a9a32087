/** What to hide, as plain data that can be passed into a page. */
export interface Hidden {
  readonly secrets: readonly string[];
  /** Regular expressions of keys. A word that matches one is hidden. */
  readonly patterns: readonly string[];
  readonly longToken: { readonly run: string; readonly looksRandom: string };
}

/** The redaction of one frame. This object lives inside that frame. */
export type FrameRedaction = ReturnType<typeof redactInPage>;

/**
 * Hides secrets on the page before a screenshot. It runs inside the page, so it must not use anything outside itself.
 * It replaces text that looks like a key, token, phone number or e-mail address, even in open shadow roots or spread
 * over several elements. It blots out every field with a style sheet, which the page does not notice.
 */
export function redactInPage({ secrets, patterns, longToken }: Hidden) {
  const undo: (() => void)[] = [];

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
  const visibleText = (parent: Node) => texts(parent).reduce((all, { data }) => all + data, '');

  /** Blanks the smallest element around a secret that is spread over several elements. */
  const blankSpread = (parent: Element | ShadowRoot) => {
    if (!hasSecret(visibleText(parent))) return;
    for (const child of parent.children) blankSpread(child);
    if (!hasSecret(visibleText(parent))) return;
    for (const node of texts(parent))
      if (node.data.trim() !== '') setText(node, '•'.repeat(Math.min(node.data.length, 12)));
  };

  const fields = 'textarea, input:not([type=checkbox], [type=radio], [type=range], [type=color], [type=image])';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:is(${fields}) {
    color: transparent !important; -webkit-text-fill-color: transparent !important; transition: none !important;
    text-shadow: none !important; background: #888 !important;
  }`);
  const blot = (root: Document | ShadowRoot) => {
    root.adoptedStyleSheets.push(sheet);
    undo.push(() => (root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet)));
  };
  const isBlotted = (field: Element) => getComputedStyle(field).webkitTextFillColor === 'rgba(0, 0, 0, 0)';

  const sweep = () => {
    for (const root of roots()) {
      for (const node of texts(root)) {
        const text = hidden(node.data);
        if (text !== node.data) setText(node, text);
      }
      const top = root instanceof Document ? root.documentElement : root;
      if (top) blankSpread(top);
      blot(root);
    }
  };

  sweep();
  return {
    /** False when the page has since shown something that has to be hidden. */
    isComplete: () =>
      roots().every((root) => {
        const everything = visibleText(root);
        const areTextsClean = !hasSecret(everything) && texts(root).every((node) => !hasToken(node.data));
        return areTextsClean && [...root.querySelectorAll(fields)].every(isBlotted);
      }),
    /** Undoes the redaction, except where the page has changed its content since. */
    restore: () => {
      for (const step of undo.reverse()) step();
    },
  };
}
