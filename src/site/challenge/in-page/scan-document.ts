import * as visibility from './visibility.js';

/** The part of a vendor rule that is sent into the page. */
export interface WidgetSelectors {
  readonly open: string;
  /** The hidden field that is filled once the widget is passed. */
  readonly token?: string;
  readonly minPx?: number;
}

export interface ScanRequest {
  readonly rules: readonly WidgetSelectors[];
  /** Selectors, and a regular expression. */
  readonly passed: { readonly scope: string; readonly marks: string; readonly text: string };
  readonly budgetMs: number;
}

/** Describes the visible areas of one document and the vendor widgets on them. Draws no conclusions. */
export function scanDocument(request: ScanRequest) {
  const { squeeze, weigh } = visibility;
  const endAt = performance.now() + request.budgetMs;
  let truncated = false;
  const outOfTime = () => performance.now() > endAt && (truncated = true);

  /** The document and every open shadow root in it. */
  function collectRoots(): (Document | ShadowRoot)[] {
    const roots: (Document | ShadowRoot)[] = [document];
    for (let i = 0; i < roots.length && !outOfTime(); i++) {
      for (const element of roots[i]!.querySelectorAll('*')) {
        if (element.shadowRoot && roots.push(element.shadowRoot) > 200) return roots;
      }
    }
    return roots;
  }
  const roots = collectRoots();
  const all = (selector: string): Element[] => roots.flatMap((root) => [...root.querySelectorAll(selector)]);

  const composedClosest = (element: Element, selector: string): Element | null => {
    for (let at: Element | null = element; at; at = visibility.parentOf(at)) if (at.matches(selector)) return at;
    return null;
  };

  const proseSelector =
    'article, pre, code, blockquote, textarea, [contenteditable="true"], [role="log"], [role="feed"], ' +
    '[class*="markdown"], [class*="chat-"], .prose, .cm-editor, .monaco-editor, .hljs';

  function isQuoted(block: Element): boolean {
    if (composedClosest(block, proseSelector)) return true;
    const table = composedClosest(block, 'table');
    // Old sign-in pages use tables for layout. A data table has header cells or many rows, and no inputs.
    if (!table || table.querySelector('input')) return false;
    return table.querySelector('th') !== null || table.querySelectorAll('tr').length > 3;
  }

  /** The visible text under a root, block by block, without the text of other areas. */
  function readLines(root: Element, skip: readonly Element[], limit: number) {
    const blocks = new Map<Element, string>();
    let length = 0;
    let steps = 0;
    const visit = (node: Element | ShadowRoot) => {
      for (const child of node.childNodes) {
        if (length > limit || (++steps % 100 === 0 && outOfTime())) return;
        if (child.nodeType === 3) {
          const text = squeeze(child.nodeValue);
          const holder = node instanceof ShadowRoot ? node.host : node;
          if (!text || !visibility.showsText(holder)) continue;
          let block = holder;
          while (visibility.style(block).display.startsWith('inline') && visibility.parentOf(block))
            block = visibility.parentOf(block)!;
          const before = blocks.get(block);
          blocks.set(block, before === undefined ? text : `${before} ${text}`);
          length += weigh(text);
        } else if (child instanceof Element) {
          if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|SELECT|SVG|svg|IFRAME|HEAD)$/.test(child.tagName)) continue;
          if (skip.includes(child) || (root === document.body && visibility.isBar(child))) continue;
          if (visibility.style(child).display === 'none') continue;
          visit(child.shadowRoot ?? child);
          if (child.shadowRoot) for (const slotted of child.children) if (slotted.assignedSlot) visit(slotted);
        }
      }
    };
    visit(root.shadowRoot ?? root);
    const lines = [...blocks].slice(0, 200).map(([block, text]) => ({
      text: text.slice(0, 300),
      box: visibility.boxOf(block),
      heading: /^H[1-6]$/.test(block.tagName) || block.getAttribute('role') === 'heading',
      /** May be about anything: counts as length, never as evidence. */
      quoted: isQuoted(block),
    }));
    return { lines, length };
  }

  function labelOf(input: HTMLInputElement): string {
    const words = [input.getAttribute('aria-label'), input.placeholder, input.title];
    const root = input.getRootNode() as Document | ShadowRoot;
    for (const id of (input.getAttribute('aria-labelledby') ?? '').split(/\s+/)) {
      if (id) words.push(root.getElementById(id)?.textContent ?? null);
    }
    for (const label of input.labels ?? []) words.push(label.textContent);
    if (!words.some((word) => squeeze(word))) {
      let at: Node = input;
      for (let up = 0; up < 3 && at.parentNode; up++) {
        const before = at.previousSibling;
        if (before && squeeze(before.textContent)) {
          words.push(before.textContent);
          break;
        }
        at = before ?? at.parentNode;
      }
    }
    return [...new Set(words.map(squeeze).filter(Boolean))].join(' | ').slice(0, 160);
  }

  /** By its attributes and surroundings. Its value never leaves the page. */
  function describeField(input: HTMLInputElement) {
    const seen = visibility.visibleBox(input, 8);
    const overSlots =
      !seen && input.type !== 'hidden' && Number(visibility.style(input).opacity) < 0.1 && visibility.takesHit(input);
    if (!seen && !overSlots) return undefined;
    return {
      type: input.type,
      name: `${input.name} ${input.id}`.trim().slice(0, 80),
      autocomplete: input.autocomplete,
      inputMode: input.inputMode,
      /** -1 when there is no limit. */
      maxLength: input.maxLength,
      label: labelOf(input),
      box: seen ?? visibility.boxOf(input),
      editable: !input.disabled && !input.readOnly,
      /** Invisible over slots that show what is typed. */
      overSlots,
      inBar: visibility.placeOf(input) === 'bar',
    };
  }

  const fieldSelector =
    'input:not([type=hidden], [type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=image], ' +
    '[type=range], [type=file], [type=color])';
  const buttonSelector =
    'button, input[type=submit], input[type=button], [role="button"], [class*="btn"], [class*="button"], [class*="Button"]';
  const pictureSelector = 'img, canvas, svg, [class*="qrcode"], [class*="qr-code"], [class*="QRCode"]';
  const handleSelector =
    '[role="slider"], [class*="slid"], [class*="Slid"], [class*="drag"], [class*="handle"], [class*="handler"], ' +
    '[class*="knob"], [class*="thumb"], [class*="move-block"], [draggable="true"], [style*="cursor"]';
  /** Describes each matching element once, although it may belong to several areas. */
  const take = <T>(selector: string, most: number, describe: (element: Element) => T | undefined): [Element, T][] => {
    const found: [Element, T][] = [];
    for (const element of all(selector)) {
      if (found.length >= most || outOfTime()) break;
      const value = describe(element);
      if (value !== undefined) found.push([element, value]);
    }
    return found;
  };

  const fields = take(fieldSelector, 60, (element) => describeField(element as HTMLInputElement));
  const buttons = take(buttonSelector, 80, (element) => {
    const isInput = element instanceof HTMLInputElement;
    const text = squeeze(isInput ? element.value : element.textContent || element.getAttribute('aria-label'));
    return text && text.length <= 40 && visibility.visibleBox(element, 10) ? text : undefined;
  });
  const links = take('a', 150, (element) => {
    const text = squeeze(element.textContent);
    return text && text.length <= 40 && visibility.showsText(element) ? text : undefined;
  });
  const pictures = take(pictureSelector, 60, (element) => {
    const box = visibility.visibleBox(element, 16);
    const src = 'src' in element ? String(element.src) : '';
    const address = /^https?:/.test(src) ? src.split('?')[0] : '';
    const about = `${element.getAttribute('alt') ?? ''} ${element.getAttribute('class') ?? ''} ${element.id} ${address}`;
    return box && { box, about: squeeze(about).slice(0, 200) };
  });
  const handles = take(handleSelector, 40, (element) => {
    const box = visibility.visibleBox(element, 14);
    return box && box.w <= 110 && box.h <= 90 && element.tagName !== 'INPUT' ? box : undefined;
  });
  const embeds = take('iframe, object, embed', 30, (element) => visibility.visibleBox(element, 30));
  // A visible custom element without an open shadow root: a widget in a closed one.
  const closed = take(':not(:defined), [data-sitekey]', 10, (element) =>
    element.shadowRoot ? undefined : visibility.visibleBox(element, 30),
  );

  /** Dialogs by their role, and positioned boxes over the middle of the screen. */
  function findFronts(): Element[] {
    const fronts = all(visibility.dialogSelector).filter((element) => visibility.visibleBox(element, 40));
    for (const share of [0.2, 0.35, 0.5, 0.65]) {
      const hit = document.elementFromPoint(innerWidth / 2, innerHeight * share);
      let layer: Element | null = null;
      for (let at = hit; at && at !== document.body; at = visibility.parentOf(at))
        if (visibility.isLayer(at)) layer = at;
      if (layer) fronts.push(layer);
    }
    const found = [...new Set(fronts)];
    return found.filter((one) => !found.some((other) => other !== one && visibility.contains(other, one)));
  }

  const noticeSelector =
    '[role="alert"], [aria-live="assertive"], [class*="toast"], [class*="snackbar"], [class*="ant-message-notice"], ' +
    '[class*="ant-notification-notice"], .el-message, .el-notification, .alert, .message-box';

  function area(kind: 'page' | 'dialog' | 'notice', root: Element, skip: readonly Element[], limit: number) {
    const isMine = ([element]: [Element, unknown]) =>
      visibility.contains(root, element) && !skip.some((other) => visibility.contains(other, element));
    const mine = <T>(found: [Element, T][]): T[] => found.filter(isMine).map(([, value]) => value);
    const notBar = <T>(found: [Element, T][]) =>
      kind === 'page' ? found.filter(([element]) => visibility.placeOf(element) !== 'bar') : found;
    return {
      kind,
      overMiddle: kind === 'dialog' && middle.some((hit) => hit && visibility.contains(root, hit)),
      ...readLines(root, skip, limit),
      fields: mine(fields),
      buttons: mine(notBar(buttons)),
      links: mine(notBar(links)),
      pictures: mine(notBar(pictures)),
      handles: mine(handles),
      embeds: mine([...embeds, ...closed]),
    };
  }

  const middle = [0.35, 0.5, 0.65].map((share) => document.elementFromPoint(innerWidth / 2, innerHeight * share));
  const fronts = findFronts();
  const notices = all(noticeSelector).filter((element) => {
    const isOutside = !fronts.some((front) => visibility.contains(front, element));
    return isOutside && squeeze(element.textContent).length <= 200 && visibility.visibleBox(element, 10);
  });
  const areas = [
    ...fronts.slice(0, 6).map((front) => area('dialog', front, [], 2000)),
    ...notices.slice(0, 6).map((notice) => area('notice', notice, [], 400)),
  ];
  if (document.body) areas.push(area('page', document.body, fronts, 5000));
  function isSolved(element: Element, { token }: WidgetSelectors): boolean {
    const { passed } = request;
    const scope = composedClosest(element, passed.scope) ?? element;
    const parts = [scope, scope.shadowRoot].flatMap((root) => [...(root?.querySelectorAll(passed.marks) ?? [])]);
    if (scope.matches(passed.marks)) parts.push(scope);
    if (parts.some((part) => visibility.visibleBox(part, 4))) return true;
    if (new RegExp(passed.text, 'i').test(squeeze((scope as HTMLElement).innerText))) return true;
    if (!token) return false;
    const named = (element.closest('form') ?? document).querySelectorAll<HTMLInputElement>(token);
    return [...named, ...visibility.hiddenFields(element)].some((input) => input.value !== '');
  }

  const widgets = request.rules.flatMap((rule, index) =>
    take(rule.open, 3, (element) => {
      const box = visibility.visibleBox(element, rule.minPx ?? 20, { evenFaint: true });
      if (!box) return undefined;
      const [place, solved] = [visibility.placeOf(element), isSolved(element, rule)];
      return { rule: index, place, solved, proseAbove: visibility.proseAbove(box.y) };
    }).map(([, widget]) => widget),
  );

  const barLinks = links.filter(([element]) => visibility.placeOf(element) === 'bar').map(([, text]) => text);
  const signOut = /^(退出|登出|退出登录|退出登錄|安全退出|注销|注销登录|sign ?out|log ?out)$/i;
  const signedIn = all('a, button, li, [role="menuitem"], span').some((element) => {
    const isSignOut = element.childElementCount <= 1 && signOut.test(squeeze(element.textContent));
    return isSignOut && !composedClosest(element, proseSelector);
  });
  // A data answer that is shown as a page: by its content type, or because its only content is one `pre` element.
  const onlyPre = document.body?.children.length === 1 && document.body.firstElementChild?.tagName === 'PRE';
  const isData = onlyPre || !/html|xml/.test(document.contentType);
  const scripts = () =>
    [...document.scripts].filter((script) => !script.src).map((script) => `<script>${script.text.slice(0, 20_000)}`);

  return {
    url: location.href,
    title: squeeze(document.title).slice(0, 200),
    areas,
    widgets,
    barLinks,
    /** The document has a control to sign out. */
    signedIn,
    /** What an answer with this document would be judged by: its data, or its inline scripts. */
    source: isData
      ? { type: 'application/json', text: (document.body?.textContent ?? '').slice(0, 4000) }
      : { type: 'text/html', text: scripts().join('\n').slice(0, 100_000) },
    truncated,
  };
}
