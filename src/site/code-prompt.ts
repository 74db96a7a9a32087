import type { ElementHandle, Frame, JSHandle, Page } from 'playwright';
import type { CodeWanted } from '../core/question.js';
import { codeFieldsOf } from './challenge/find-second-factor.js';
import type { Field } from './challenge/page-facts.js';
import { scanFrames } from './challenge/scan-frames.js';
import { surfacesOf } from './challenge/surfaces.js';
import { findCodeControl, promptText } from './code-prompt-in-page.js';
import { firstSeen, locate, type Place } from './locate.js';
import type { ResolvedPage } from './resolve-profile.js';

type Input = ElementHandle<HTMLInputElement>;
type Section = Pick<ResolvedPage, 'code'> & Place['section'];

const minBoxes = 4;
const scanBudgetMs = 400;
const clickMs = 3000;
const keyDelayMs = 35;

/** Undefined when the page has no input for a code. The profile's `code.field` takes precedence over detection. */
export async function findCodePrompt(page: Page, section: Section) {
  const { code } = section;
  const place = { page, section };
  for (const target of code.field) {
    const seen = (await locate(place, target).elementHandles()) as Input[];
    if (seen.length > 0) return promptOf(place, seen.length >= minBoxes ? seen : seen.slice(0, 1));
  }
  for (const surface of surfacesOf((await scanFrames(page, scanBudgetMs)).frames)) {
    const { frame } = surface.scan;
    const found = codeFieldsOf(surface);
    if (!frame || found.length === 0) continue;
    const inputs = await Promise.all(found.map((field) => inputAt(frame, field)));
    const fields = inputs.filter((input) => input !== undefined);
    if (fields.length === found.length) return promptOf(place, fields);
  }
  return undefined;
}

/** The inputs where a page expects a code. Look them up again for each use, because pages redraw themselves. */
export type CodePrompt = Awaited<ReturnType<typeof promptOf>>;

/** `fields` is one input, or one input for each digit. */
async function promptOf(place: Place & { readonly section: Section }, fields: readonly Input[]) {
  const { page, section } = place;
  const first = fields[0]!;
  const longest = fields.length > 1 ? fields.length : await first.evaluate((input) => input.maxLength);

  /** The control that the profile names, else the one nearest to the field. */
  const findControl = async (wanted: 'submit' | 'resend'): Promise<ElementHandle<HTMLElement> | undefined> => {
    const control = await firstSeen(place, section.code[wanted]);
    if (control) return (await control.elementHandle()) as ElementHandle<HTMLElement>;
    return asElement(await first.evaluateHandle(findCodeControl, wanted));
  };

  return {
    /** The number of digits, when the inputs show it. */
    digits: longest >= 4 && longest <= 8 ? longest : undefined,
    isShown: () => first.isVisible().catch(() => false),
    /** The text around the fields and in short notices; empty when the prompt is gone. */
    textAround: () => first.evaluate(promptText).catch(() => ''),

    /** Clears the fields, then types with a key event for each digit, as a person would. */
    type: async (digits: string) => {
      for (const field of fields.toReversed()) await field.fill('');
      for (const [index, digit] of [...digits].entries()) {
        // Most rows move the focus by themselves. Digit slots may cover an input, so that it cannot be clicked.
        await fields[index]?.focus();
        await page.keyboard.type(digit, { delay: keyDelayMs });
      }
    },

    /** Presses the page's own submit control, or Enter when there is none. */
    submit: async () => {
      const control = await findControl('submit');
      await (control ? control.click({ timeout: clickMs }) : page.keyboard.press('Enter'));
    },

    canResend: async () => (await findControl('resend')) !== undefined,

    /** Asks the page for another code, and notes how long the page asks people to wait for it. */
    resend: async (): Promise<Pick<CodeWanted, 'note' | 'resendAfterS'>> => {
      const control = await findControl('resend');
      if (!control) return { note: 'not-resent' };
      const resendAfterS = secondsIn(await control.innerText());
      const isDisabled = await control.evaluate((element) =>
        element.matches(':disabled, [aria-disabled="true"], [class*="disabled"]'),
      );
      if (isDisabled || resendAfterS !== undefined) return { note: 'resend-later', resendAfterS };
      await control.click({ timeout: clickMs });
      return { note: 'resent' };
    },
  };
}

/** The detector describes a field by its box; this finds the element at that place. */
async function inputAt(frame: Frame, { box }: Field): Promise<Input | undefined> {
  const handle = await frame.evaluateHandle(({ x, y, w, h }) => {
    const roots: (Document | ShadowRoot)[] = [document];
    for (const root of roots) {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        if (!(element instanceof HTMLInputElement)) continue;
        const at = element.getBoundingClientRect();
        const isNear = (a: number, b: number) => Math.abs(a - b) <= 2;
        if (isNear(at.x, x) && isNear(at.y, y) && isNear(at.width, w) && isNear(at.height, h)) return element;
      }
    }
    return null;
  }, box);
  return asElement<HTMLInputElement>(handle);
}

/** `45s 后重新发送`, `Resend in 45 seconds`, `重新获取(45)`. */
function secondsIn(text: string): number | undefined {
  const found = /(\d{1,3})\s*(?:s\b|秒|seconds?|\)|）)/i.exec(text);
  return found ? Number(found[1]) : undefined;
}

function asElement<T extends HTMLElement>(handle: JSHandle<T | null>): ElementHandle<T> | undefined {
  return (handle.asElement() as ElementHandle<T> | null) ?? undefined;
}
