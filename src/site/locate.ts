import type { Locator, Page } from 'playwright';
import type { Target, TextMatcher } from './profile-parts.js';

/** Where targets are looked up. */
export interface Place {
  readonly page: Page;
  readonly section: { readonly testIdAttribute?: string };
}
type Root = Page | Locator;

/** An open dialog, in front of the rest of the page. */
export const openDialogs = 'dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]';

/** The visible elements that match a target. A plain text must equal the element's whole text. */
export function locate(place: Place, target: Target, root: Root = place.page): Locator {
  const outer = target.in ? locate(place, target.in, root) : root;
  const named = byName(place, target, outer);
  const found = seen(target.hasText ? anyOf(target.hasText, (text) => having(place, named, text)) : named);
  if (target.nth === undefined) return found;
  return found.nth(target.nth > 0 ? target.nth - 1 : target.nth);
}

function byName({ section }: Place, target: Target, root: Root): Locator {
  if ('css' in target) return root.locator(target.css);
  if ('testId' in target) {
    return root.locator(`[${section.testIdAttribute ?? 'data-testid'}=${JSON.stringify(target.testId)}]`);
  }
  if ('label' in target) return anyOf(target.label, (text) => root.getByLabel(text, { exact: true }));
  if ('text' in target) return anyOf(target.text, (text) => root.getByText(text, { exact: true }));
  const role = target.role as Parameters<Page['getByRole']>[0];
  if (target.name.length === 0) return root.getByRole(role);
  return anyOf(target.name, (name) => root.getByRole(role, { name, exact: true }));
}

/** Those with this text in them. A plain text must be the whole text of one element, so that `key` is not `key-2`. */
function having({ page }: Place, found: Locator, text: TextMatcher): Locator {
  if (typeof text !== 'string') return found.filter({ hasText: text });
  const whole = page.getByText(text, { exact: true });
  return found.and(whole).or(found.filter({ has: whole }));
}

/** The element that matches any of the targets and comes first in the document. */
export function locateAny(place: Place, targets: readonly Target[]): Locator {
  return anyOf(targets, (target) => locate(place, target)).first();
}

/**
 * The element of the first target, in the profile's order, that is visible now. What is in an open dialog comes before
 * what is behind it, and the last dialog is in front.
 */
export async function firstSeen(place: Place, targets: readonly Target[]): Promise<Locator | undefined> {
  const dialogs = targets.length > 0 ? await seen(place.page.locator(openDialogs)).all() : [];
  for (const root of [...dialogs.reverse(), place.page]) {
    for (const target of targets) {
      const found = locate(place, target, root).first();
      if (await found.isVisible()) return found;
    }
  }
  return undefined;
}

/** Waits until one of the targets is visible; false after `timeoutMs`. Resolves at once, without a polling delay. */
export function appears(place: Place, targets: readonly Target[], timeoutMs: number): Promise<boolean> {
  return inTime(locateAny(place, targets).waitFor({ state: 'visible', timeout: timeoutMs }));
}

/** Whether Playwright's work ends before its own timeout. Rejects when it fails otherwise. */
export async function inTime(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

/** Whether something else takes the clicks in the middle of a visible element. */
export function isCovered(found: Locator): Promise<boolean> {
  return found
    .evaluate(
      (element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const root = element.getRootNode() as Document | ShadowRoot;
        const hit = root.elementFromPoint(x + width / 2, y + height / 2);
        return hit !== null && !element.contains(hit) && !hit.contains(element);
      },
      undefined,
      { timeout: 1000 },
    )
    .catch(() => false);
}

/** A readable name for messages, e.g. `"重置API密钥"` or `button "确定"`. */
export function nameOf(targets: readonly Target[]): string {
  const [target] = targets;
  if (!target) return 'nothing';
  return target.in ? `${ownName(target)} in ${ownName(target.in)}` : ownName(target);
}

const quoted = (texts: readonly TextMatcher[]) =>
  texts.map((text) => (typeof text === 'string' ? `"${text}"` : String(text))).join(' or ');

function ownName(target: Target): string {
  if ('css' in target) return target.css;
  if ('testId' in target) return target.testId;
  if ('role' in target) return [target.role, quoted(target.name)].filter(Boolean).join(' ');
  return quoted('label' in target ? target.label : target.text);
}

export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

const goneWords =
  /Target (?:page, context or browser|closed|crashed)|has been closed|Page crashed|Browser closed|Connection closed/i;
export const isPageGone = (error: unknown): boolean => error instanceof Error && goneWords.test(error.message);

const seen = (locator: Locator) => locator.filter({ visible: true });

export function anyOf<T>(items: readonly T[], one: (item: T) => Locator): Locator {
  return items.map((item) => one(item)).reduce((all, next) => all.or(next));
}
