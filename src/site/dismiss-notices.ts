import type { ElementHandle, Locator } from 'playwright';
import type { PageContext } from './page-context.js';
import { anyOf, locate } from './locate.js';
import type { Step } from './profile-steps.js';

const clickMs = 2000;

/**
 * Has banners and tours clicked away whenever they are there while a step or the page itself is waited for. Neither while
 * a person is at the page, nor where the click would hit an element that a step works on.
 */
export async function dismissNotices(context: PageContext): Promise<void> {
  const { page, section, log } = context;
  const steps = [...(section.create ?? []), ...section.rotate, ...section.read.before];
  for (const target of section.dismiss) {
    const notice = locate(context, target).first();
    const click = async () => {
      if (context.isWithPerson) return;
      try {
        const isDismissed = await clickUnlessOfStep(context, notice, steps);
        log.info({ isDismissed }, 'a notice over the page');
      } catch (error) {
        log.info({ err: error }, 'a notice could not be dismissed');
      }
    };
    // What the click led to is the business of the step that waits.
    await page.addLocatorHandler(notice, click, { noWaitAfter: true });
  }
}

async function clickUnlessOfStep(context: PageContext, notice: Locator, steps: readonly Step[]): Promise<boolean> {
  const element = await notice.elementHandle({ timeout: clickMs });
  if (!element || (await isOfSteps(context, element, steps))) return false;
  await element.click({ timeout: clickMs });
  return true;
}

/** Whether the element is, contains or is in one that these steps work on. */
export async function isOfSteps(
  context: Pick<PageContext, 'page' | 'section'>,
  element: ElementHandle<Node>,
  steps: readonly Step[],
): Promise<boolean> {
  const targets = steps.flatMap(({ action, targets }) => (action === 'waitFor' ? [] : targets));
  if (targets.length === 0) return false;
  const others = await anyOf(targets, (target) => locate(context, target)).elementHandles();
  const touches = others.map((other) =>
    element.evaluate((one, other) => other.contains(one) || one.contains(other), other),
  );
  return (await Promise.all(touches)).includes(true);
}
