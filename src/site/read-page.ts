import type { Locator, Page } from 'playwright';
import type { ConsoleReading, ShownExpiry } from '../core/ports.js';
import { pageTexts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import { firstExpiry } from './console-time.js';
import { keyIn, maskIn } from './find-key.js';
import { firstSeen, locate, openDialogs, type Place } from './locate.js';
import type { Target } from './profile-parts.js';
import type { KeyPage } from './resolve-profile.js';

type ShownPage = KeyPage & { readonly answers?: { readonly clockSkewMs: number | undefined } };

/** For elements that were there a moment ago. */
const briefly = { timeout: 1000 };

/** Reads the key from the rendered page; undefined when the page shows neither a key nor that there is none. */
export async function readPage(keyPage: ShownPage): Promise<ConsoleReading | undefined> {
  const { profile, section } = keyPage;
  const { pattern } = profile.key;
  const [runs, texts, masks, names, expiry] = await Promise.all([
    runsAt(keyPage, section.read.key),
    textsAt(keyPage, section.read.key),
    textsAt(keyPage, section.read.mask),
    textsAt(keyPage, section.read.name),
    shownExpiry(keyPage),
  ]);
  const key = firstOf(runs, (text) => keyIn(text, pattern));
  const mask = firstOf(masks, (text) => maskIn(text)) ?? firstOf([...runs, ...texts], (text) => maskIn(text, pattern));
  if (key === undefined && mask === undefined && !(await firstSeen(keyPage, section.read.exists))) {
    return (await firstSeen(keyPage, section.read.none)) ? { hasKey: false } : undefined;
  }
  return { ...expiry, hasKey: true, key, mask, name: names[0]?.trim() };
}

export async function shownExpiry({ answers, ...keyPage }: ShownPage): Promise<ShownExpiry> {
  return firstExpiry(
    await textsAt(keyPage, keyPage.section.read.expires),
    keyPage.profile.timeZone,
    Date.now() - (answers?.clockSkewMs ?? 0),
  );
}

/** Full keys where the profile expects a new one, then anywhere on the page, even in sentences and disabled fields. */
export async function keysShown(keyPage: KeyPage): Promise<readonly string[]> {
  const { page, profile, section } = keyPage;
  const runs = await Promise.all([
    runsAt(keyPage, section.capture.key),
    page
      .locator('body')
      .evaluate(textRuns, false, briefly)
      .catch(() => []),
  ]);
  return runs
    .flat()
    .map((text) => keyIn(text, profile.key.pattern))
    .filter((key) => key !== undefined);
}

function firstOf(texts: readonly string[], found: (text: string) => string | undefined): string | undefined {
  return texts.map(found).find((one) => one !== undefined);
}

/** Never quotes the text: `` `capture.key` found a text of 44 characters that does not fit `key.pattern` ``. */
export async function describePlaces(keyPage: KeyPage): Promise<Text> {
  const { profile, section } = keyPage;
  const { capture, read } = section;
  if (capture.key.length === 0) return pageTexts.noPlace;
  const found = (await textsAt(keyPage, capture.key))
    .slice(0, 3)
    .map((text) => pageTexts.foundText(text.trim().length, keyIn(text, profile.key.pattern) !== undefined));
  return pageTexts.found(capture.key === read.key ? '`read.key`' : '`capture.key`', found);
}

/** The text or the field value of every visible match. */
function textsAt(place: Place, targets: readonly Target[]): Promise<readonly string[]> {
  return eachAt(place, targets, async (element) => [await textOf(element)]);
}

/** Everything in every visible match that may be a key. */
function runsAt(place: Place, targets: readonly Target[]): Promise<readonly string[]> {
  return eachAt(place, targets, (element) => element.evaluate(textRuns, true, briefly).catch(() => []));
}

/** At most 20 for each target. */
async function eachAt(
  place: Place,
  targets: readonly Target[],
  read: (element: Locator) => Promise<readonly (string | undefined)[]>,
): Promise<readonly string[]> {
  const texts = targets.map(async (target) => {
    const found = locate(place, target);
    // `evaluateAll` would inject Playwright's helpers into the page, which takes longer than all other reads together.
    const count = Math.min(await found.count().catch(() => 0), 20);
    return Promise.all(Array.from({ length: count }, (_, index) => read(found.nth(index))));
  });
  return (await Promise.all(texts)).flat(2).filter((text): text is string => text !== undefined && text.trim() !== '');
}

/**
 * Runs in the page: the texts of an element each by itself, so that a neighbour's text is never taken for a part of a
 * key; and the values of the fields in it, also of disabled ones.
 */
function textRuns(root: Element, withAttributes: boolean): string[] {
  const texts: string[] = [];
  let run = '';
  const end = () => {
    if (run.trim() !== '') texts.push(run);
    run = '';
  };
  const isShown = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) || getComputedStyle(element).display === 'contents';
  const visit = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) run += node.nodeValue ?? '';
    // A long key may have places to break it.
    if (!(node instanceof Element) || node.tagName === 'WBR') return;
    end();
    if (node.matches('script,style,noscript,template,input[type=hidden]') || !isShown(node)) return;
    const mayBeField = node === root || node.matches('input,textarea') || node.tagName.includes('-');
    if (mayBeField && 'value' in node && typeof node.value === 'string') texts.push(node.value);
    for (const child of (node.shadowRoot ?? node).childNodes) visit(child);
    end();
  };
  visit(root);
  // The attributes of a control that copies the key, and not what names the control itself.
  const attributes = withAttributes ? [...root.attributes] : [];
  const names = /^(class|id|name|for|style|role|data-test.*)$/;
  return [...texts, ...attributes.filter(({ name }) => !names.test(name)).map(({ value }) => value)];
}

async function textOf(element: Locator): Promise<string | undefined> {
  const [value, text] = await Promise.all([
    // Rejects at once when the element is not a field.
    element.inputValue(briefly).catch(() => undefined),
    element.textContent(briefly).catch(() => undefined),
  ]);
  if (value !== undefined || text?.trim()) return value ?? text ?? undefined;
  // A custom element may hold the text in a `value` property, as a field does.
  return element
    .evaluate((it) => ('value' in it && typeof it.value === 'string' ? it.value : undefined), undefined, briefly)
    .catch(() => undefined);
}

/** The first `limit` characters of the page's visible text, open dialogs first; not redacted. */
export async function visibleText(page: Page, limit: number): Promise<string> {
  const dialog = page.locator(openDialogs).filter({ visible: true });
  const body = page.locator('body');
  const parts = await Promise.all([
    dialog.allInnerTexts().catch(() => []),
    body.innerText({ timeout: 2000 }).catch(() => ''),
  ]);
  return parts.flat().join(' ').replace(/\s+/g, ' ').trim().slice(0, limit);
}
