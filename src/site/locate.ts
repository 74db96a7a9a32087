import type { Locator, Page } from 'playwright';
import type { Target, TextMatcher } from './profile-parts.js';

/** The visible elements that match a target. A plain text must equal the element's whole text. */
export function locate(page: Page, target: Target): Locator {
  if ('css' in target) return seen(page.locator(target.css));
  if ('testId' in target) return seen(page.getByTestId(target.testId));
  if ('label' in target) return seen(anyOf(target.label, (text) => page.getByLabel(text, { exact: true })));
  if ('text' in target) return seen(anyOf(target.text, (text) => page.getByText(text, { exact: true })));
  const role = target.role as Parameters<Page['getByRole']>[0];
  if (target.name.length === 0) return seen(page.getByRole(role));
  return seen(anyOf(target.name, (name) => page.getByRole(role, { name, exact: true })));
}

/** The element that matches any of the targets and comes first in the document. */
export function locateAny(page: Page, targets: readonly Target[]): Locator {
  return anyOf(targets, (target) => locate(page, target)).first();
}

/** The element of the first target, in the profile's order, that is visible now. */
export async function firstSeen(page: Page, targets: readonly Target[]): Promise<Locator | undefined> {
  for (const target of targets) {
    const found = locate(page, target).first();
    if (await found.isVisible()) return found;
  }
  return undefined;
}

/** Waits until one of the targets is visible; false after `timeoutMs`. Resolves at once, without a polling delay. */
export function appears(page: Page, targets: readonly Target[], timeoutMs: number): Promise<boolean> {
  return inTime(locateAny(page, targets).waitFor({ state: 'visible', timeout: timeoutMs }));
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
  const quoted = (texts: readonly TextMatcher[]) =>
    texts.map((text) => (typeof text === 'string' ? `"${text}"` : String(text))).join(' or ');
  const [target] = targets;
  if (!target) return 'nothing';
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

function anyOf<T>(items: readonly T[], one: (item: T) => Locator): Locator {
  return items.map((item) => one(item)).reduce((all, next) => all.or(next));
}
