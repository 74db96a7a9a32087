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
  const [texts, expiry] = await Promise.all([textsAt(keyPage, section.read.key), shownExpiry(keyPage)]);
  const key = texts.map((text) => keyIn(text, profile.key.pattern)).find((found) => found !== undefined);
  const mask = texts.map((text) => maskIn(text, profile.key.pattern)).find((found) => found !== undefined);
  if (key === undefined && mask === undefined) {
    return (await firstSeen(keyPage, section.read.none)) ? { hasKey: false } : undefined;
  }
  return { ...expiry, hasKey: true, key, mask };
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
  const [places, everywhere] = await Promise.all([
    textsAt(keyPage, section.capture.key),
    page
      .evaluate(() => [
        document.body?.innerText ?? '',
        ...[...document.querySelectorAll('input,textarea')].map((field) => (field as HTMLInputElement).value),
      ])
      .catch(() => []),
  ]);
  const texts = [...places, ...everywhere.flatMap((text) => text.split('\n'))];
  return texts.map((text) => keyIn(text, profile.key.pattern)).filter((key) => key !== undefined);
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

/** The text or the field value of every visible match; at most 20 for each target. */
async function textsAt(place: Place, targets: readonly Target[]): Promise<readonly string[]> {
  const texts = await Promise.all(targets.map((target) => textsOf(locate(place, target))));
  return texts.flat().filter((text): text is string => text !== undefined && text.trim() !== '');
}

/** `evaluateAll` would inject Playwright's helpers into the page, which takes longer than all other reads together. */
async function textsOf(found: Locator): Promise<readonly (string | undefined)[]> {
  const count = Math.min(await found.count().catch(() => 0), 20);
  return Promise.all(Array.from({ length: count }, (_, index) => textOf(found.nth(index))));
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
