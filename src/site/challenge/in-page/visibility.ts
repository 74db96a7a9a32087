/* Every evaluation in a page loads this module anew, so what it remembers is of one moment. */

/** A rectangle in CSS pixels, relative to the viewport of its own frame. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** `dialog` and `layer` are in front of the page; `bar` is a page's header, navigation, sidebar or footer. */
export type Place = 'dialog' | 'layer' | 'bar' | 'page';

const faint = 0.1;
/** Remembers the value for each element. */
const memo = <T>(valueOf: (element: Element) => T) => {
  const known = new Map<Element, T>();
  return (element: Element): T => {
    if (!known.has(element)) known.set(element, valueOf(element));
    return known.get(element) as T;
  };
};
export const style = memo((element) => getComputedStyle(element));

/** The parent in the flat tree: follows slots and leaves shadow roots, including closed ones. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

export function contains(outer: Element, inner: Element): boolean {
  for (let at: Element | null = inner; at; at = parentOf(at)) if (at === outer) return true;
  return false;
}

const opacity = memo((element): number => {
  const parent = parentOf(element);
  return Number(style(element).opacity) * (parent ? opacity(parent) : 1);
});

const inTopLayer = (element: Element) => element.matches('dialog:modal, :popover-open');

export function boxOf(element: Element): Box {
  const rect = element.getBoundingClientRect();
  return { x: rect.x, y: rect.y, w: rect.width, h: rect.height };
}

function intersect(a: Box, b: Box): Box {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return { x, y, w: Math.min(a.x + a.w, b.x + b.w) - x, h: Math.min(a.y + a.h, b.y + b.h) - y };
}

const screenBox = (): Box => ({ x: 0, y: 0, w: innerWidth, h: innerHeight });

function pageBox(): Box {
  const root = document.documentElement;
  const scrolls = style(root).overflowY !== 'hidden';
  const below = scrolls ? Math.max(root.scrollHeight, innerHeight) : innerHeight;
  // Pages park hidden content to the right; more than half a screen outside is not meant to be read.
  return { x: -scrollX, y: -scrollY, w: innerWidth * 1.5, h: below };
}

/** The style clips the whole element, as is common for text that is only for screen readers. */
function clippedAway(css: CSSStyleDeclaration): boolean {
  if (/^inset\((?:50|100)%/.test(css.clipPath) || /^circle\(0/.test(css.clipPath)) return true;
  return css.position === 'absolute' && /^rect\((?:0|1)px,? (?:0|1)px,? (?:0|1)px,? (?:0|1)px\)$/.test(css.clip);
}

function clippedBox(element: Element): Box {
  let box = boxOf(element);
  let position = inTopLayer(element) ? 'top-layer' : style(element).position;
  if (clippedAway(style(element))) return { ...box, w: 0, h: 0 };
  for (let at = parentOf(element); at; at = parentOf(at)) {
    const css = style(at);
    if (position === 'top-layer') break;
    const holdsFixed = css.transform !== 'none' || css.filter !== 'none' || css.contain.includes('paint');
    const positioned = css.position !== 'static' || holdsFixed;
    const holds = position === 'fixed' ? holdsFixed : position === 'absolute' ? positioned : true;
    if (!holds) continue;
    if (clippedAway(css)) return { ...box, w: 0, h: 0 };
    const isRoot = at === document.documentElement || at === document.body;
    if (!isRoot && (css.overflowX !== 'visible' || css.overflowY !== 'visible')) {
      const frame = boxOf(at);
      // A scrolling ancestor can bring its content into view, so only an ancestor that hides overflow clips it.
      const wide = css.overflowX === 'auto' || css.overflowX === 'scroll';
      const tall = css.overflowY === 'auto' || css.overflowY === 'scroll';
      const room: Box = {
        x: wide ? frame.x - at.scrollLeft : frame.x,
        y: tall ? frame.y - at.scrollTop : frame.y,
        w: wide ? at.scrollWidth : frame.w,
        h: tall ? at.scrollHeight : frame.h,
      };
      if (frame.w < 3 || frame.h < 3) return { ...box, w: 0, h: 0 };
      box = intersect(box, room);
    }
    if (inTopLayer(at)) position = 'top-layer';
    else if (positioned || position === 'static' || position === 'relative') position = css.position;
  }
  return intersect(box, position === 'fixed' || position === 'top-layer' ? screenBox() : pageBox());
}

function rendered(element: Element): boolean {
  return element.isConnected && element.checkVisibility({ contentVisibilityAuto: false, visibilityProperty: true });
}

function paints(element: Element): boolean {
  const css = style(element);
  if (opacity(element) < faint) return false;
  if (/^(IMG|CANVAS|IFRAME|VIDEO|INPUT|TEXTAREA|EMBED|OBJECT)$/.test(element.tagName)) return true;
  const alpha = /^rgba\(.*,\s*([\d.]+)\)$/.exec(css.backgroundColor)?.[1];
  const filled = css.backgroundColor !== 'transparent' && (alpha === undefined || Number(alpha) >= faint);
  return filled || css.backgroundImage !== 'none';
}

const area = (box: Box) => Math.max(0, box.w) * Math.max(0, box.h);

/** Parts of one widget may cover each other; they share an ancestor at most three times as large as the part. */
function samePiece(element: Element, other: Element): boolean {
  if (contains(element, other) || contains(other, element)) return true;
  let shared = parentOf(element);
  while (shared && !contains(shared, other)) shared = parentOf(shared);
  if (!shared || shared === document.body || shared === document.documentElement) return false;
  return area(boxOf(shared)) <= 3 * area(boxOf(element));
}

function covered(element: Element, box: Box): boolean {
  const at = (fx: number, fy: number) => [box.x + box.w * fx, box.y + box.h * fy] as const;
  const points = [at(0.5, 0.5), at(0.25, 0.3), at(0.75, 0.3), at(0.25, 0.7), at(0.75, 0.7)].filter(
    ([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight,
  );
  const isUnder = ([x, y]: readonly [number, number]) => {
    const hit = document.elementsFromPoint(x, y).find((each) => samePiece(element, each) || paints(each));
    return hit !== undefined && !samePiece(element, hit);
  };
  return points.length > 0 && points.every(isUnder);
}

/** Whether a click at its middle would reach the element, even if it is invisible. */
export function takesHit(element: Element): boolean {
  const box = boxOf(element);
  const [x, y] = [box.x + box.w / 2, box.y + box.h / 2];
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot) {
    const inner: Element | null = hit.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  return !!hit && (hit === element || contains(element, hit) || (contains(hit, element) && !!hit.shadowRoot));
}

/**
 * The visible box of an element, or undefined when a person cannot see it. An element is visible when it is rendered,
 * its opacity including all ancestors is 0.1 or more, at least `minPx` of it in both directions is inside every clipping
 * ancestor and the page, and nothing painted covers it.
 */
export function visibleBox(element: Element, minPx = 20, options: { evenFaint?: boolean } = {}): Box | undefined {
  if (!rendered(element)) return undefined;
  const shown = opacity(element);
  // An almost invisible layer that takes the clicks blocks the page all the same.
  if (shown < faint && !(options.evenFaint && shown > 0 && takesHit(element))) return undefined;
  const box = clippedBox(element);
  if (box.w < minPx || box.h < minPx) return undefined;
  return covered(element, box) ? undefined : box;
}

/** A cheaper test for text: rendered, opaque enough, and larger than a screen-reader-only box. */
export const showsText = memo((element) => {
  if (!rendered(element) || opacity(element) < faint) return false;
  const box = clippedBox(element);
  return box.w > 2 && box.h > 2;
});

export const squeeze = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
/** The length of a text, where a character of Chinese, Japanese or Korean counts twice. */
export const weigh = (text: string) => text.length + (text.match(/[\u3040-\u9fff\uac00-\ud7af]/g)?.length ?? 0);

/** The length of the long texts that end above this height. */
export function proseAbove(y: number): number {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let length = 0;
  while (walker.nextNode()) {
    const text = squeeze(walker.currentNode.nodeValue);
    const box = text.length < 40 ? undefined : walker.currentNode.parentElement?.getBoundingClientRect();
    if (box && box.height > 0 && box.bottom <= y + 4) length += weigh(text);
  }
  return length;
}

export const dialogSelector = 'dialog[open], [role="dialog"], [role="alertdialog"], [aria-modal="true"], :popover-open';
const barSelector = 'nav, footer, aside, [role="navigation"], [role="banner"], [role="contentinfo"]';

export function isBar(element: Element): boolean {
  if (element.matches(barSelector)) return true;
  const isHeader = element.tagName === 'HEADER';
  if (!isHeader || element.closest('main, section, article, form, dialog, [role="dialog"]')) return false;
  const box = boxOf(element);
  return box.y < 100 && box.w > innerWidth / 2;
}

/** Whether the element is a positioned box in front of the page that reaches into the middle of the screen. */
export function isLayer(element: Element): boolean {
  const css = style(element);
  if (css.position !== 'fixed' && !(css.position === 'absolute' && Number(css.zIndex) >= 1)) return false;
  const box = intersect(boxOf(element), screenBox());
  if (box.w < 160 || box.h < 60) return false;
  // A box with nearly the whole document in it is the page itself, however it is positioned.
  const whole = document.body.textContent.length;
  if (element.textContent.length > 0.8 * whole && box.w * box.h > 0.8 * innerWidth * innerHeight) return false;
  const center = { x: innerWidth * 0.3, y: innerHeight * 0.15, w: innerWidth * 0.4, h: innerHeight * 0.7 };
  const middle = intersect(box, center);
  return middle.w >= 80 && middle.h >= 40;
}

export function placeOf(element: Element): Place {
  let place: Place = 'page';
  for (let at: Element | null = element; at && at !== document.body; at = parentOf(at)) {
    if (at.matches(dialogSelector)) return 'dialog';
    if (isLayer(at)) place = 'layer';
    else if (place === 'page' && isBar(at)) place = 'bar';
  }
  return place;
}

/** The fields of a widget that a person does not see: once it is passed, one holds the token, whatever its name is. */
export const hiddenFields = (widget: Element): HTMLInputElement[] =>
  [...widget.querySelectorAll<HTMLInputElement>('input[type=hidden], textarea')].filter(
    (field) => !visibleBox(field, 4),
  );
