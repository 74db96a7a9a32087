import type { Locator, Page } from 'playwright';
import type { Target } from './resolve-profile.js';
import type { TextMatcher } from './text-matcher.js';

/** The visible elements that match a target. A plain text must equal the element's whole text. */
export function locate(page: Page, target: Target): Locator {
  switch (target.by) {
    case 'role': {
      const role = target.role as Parameters<Page['getByRole']>[0];
      if (target.names.length === 0) return seen(page.getByRole(role));
      return seen(anyOf(target.names, (name) => page.getByRole(role, { name, exact: true })));
    }
    case 'label':
      return seen(anyOf(target.texts, (text) => page.getByLabel(text, { exact: true })));
    case 'text':
      return seen(anyOf(target.texts, (text) => page.getByText(text, { exact: true })));
    case 'testId':
      return seen(page.getByTestId(target.value));
    case 'css':
      return seen(page.locator(target.value));
  }
}

/** The element that matches any of the targets and comes first in the document. */
export function locateAny(page: Page, targets: readonly Target[]): Locator {
  return targets
    .map((target) => locate(page, target))
    .reduce((all, one) => all.or(one))
    .first();
}

/** The element of the first target, in the profile's order, that is visible now. */
export async function firstSeen(page: Page, targets: readonly Target[]): Promise<Locator | undefined> {
  if (targets.length === 0) return undefined;
  if (!(await locateAny(page, targets).isVisible())) return undefined;
  const [only, ...others] = targets;
  if (only && others.length === 0) return locate(page, only).first();
  for (const target of targets) {
    const found = locate(page, target).first();
    if (await found.isVisible()) return found;
  }
  return undefined;
}

/** Waits until one of the targets is visible; false after `timeoutMs`. Resolves at once, without a polling delay. */
export async function appears(page: Page, targets: readonly Target[], timeoutMs: number): Promise<boolean> {
  try {
    await locateAny(page, targets).waitFor({ state: 'visible', timeout: timeoutMs });
    return true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

/** A readable name for messages, e.g. `"重置API密钥"` or `button "确定"`. */
export function nameOf(targets: readonly Target[]): string {
  const quoted = (texts: readonly TextMatcher[]) =>
    texts.map((text) => (typeof text === 'string' ? `"${text}"` : String(text)));
  const [target] = targets;
  switch (target?.by) {
    case 'role':
      return [target.role, quoted(target.names).join(' or ')].filter(Boolean).join(' ');
    case 'label':
    case 'text':
      return quoted(target.texts).join(' or ');
    case 'testId':
    case 'css':
      return target.value;
    case undefined:
      return 'nothing';
  }
}

export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

/** The error means that the page, its browser or its connection is gone. */
export function isPageGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    /Target (?:page, context or browser|closed|crashed)|has been closed|Page crashed|Browser closed|Connection closed/i.test(
      error.message,
    )
  );
}

const seen = (locator: Locator) => locator.filter({ visible: true });

function anyOf(texts: readonly TextMatcher[], one: (text: TextMatcher) => Locator): Locator {
  return texts.map(one).reduce((all, next) => all.or(next));
}
