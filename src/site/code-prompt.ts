import type { ElementHandle, Frame, JSHandle, Page } from 'playwright';
import type { CodeWanted } from '../core/question.js';
import { codeFieldsOf } from './challenge/find-second-factor.js';
import type { Field } from './challenge/page-facts.js';
import { scanFrames } from './challenge/scan-frames.js';
import { surfacesOf } from './challenge/surfaces.js';
import { findCodeControl, promptText } from './code-prompt-in-page.js';
import { firstSeen, locate } from './locate.js';
import type { ResolvedPage, Target } from './resolve-profile.js';

type Input = ElementHandle<HTMLInputElement>;

/** The inputs where a page expects a code. Look them up again for each use, because pages redraw themselves. */
export interface CodePrompt {
  /** One input, or one input for each digit. */
  readonly fields: readonly Input[];
  /** The number of digits, when the inputs show it. */
  readonly digits: number | undefined;
}

const minBoxes = 4;
const scanBudgetMs = 400;
const clickMs = 3000;
const keyDelayMs = 35;

/** Undefined when the page has no input for a code. The profile's `code.field` takes precedence over detection. */
export async function findCodePrompt(
  page: Page,
  { code }: Pick<ResolvedPage, 'code'>,
): Promise<CodePrompt | undefined> {
  for (const target of code.field) {
    const seen = (await locate(page, target).elementHandles()) as Input[];
    if (seen.length > 0) return promptOf(seen.length >= minBoxes ? seen : seen.slice(0, 1));
  }
  for (const surface of surfacesOf((await scanFrames(page, scanBudgetMs)).frames)) {
    const { frame } = surface.scan;
    const found = codeFieldsOf(surface);
    if (!frame || found.length === 0) continue;
    const inputs = await Promise.all(found.map((field) => inputAt(frame, field)));
    const fields = inputs.filter((input) => input !== undefined);
    if (fields.length === found.length) return promptOf(fields);
  }
  return undefined;
}

async function promptOf(fields: readonly Input[]): Promise<CodePrompt> {
  if (fields.length > 1) return { fields, digits: fields.length };
  const longest = (await fields[0]?.evaluate((input) => input.maxLength)) ?? -1;
  return { fields, digits: longest >= 4 && longest <= 8 ? longest : undefined };
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

/** Clears the fields, then types with a key event for each digit, as a person would. */
export async function typeCode(page: Page, { fields }: CodePrompt, digits: string): Promise<void> {
  for (const field of fields.toReversed()) await field.fill('');
  for (const [index, digit] of [...digits].entries()) {
    // Most rows move the focus by themselves. Digit slots may cover an input, so that it cannot be clicked.
    await fields[index]?.focus();
    await page.keyboard.type(digit, { delay: keyDelayMs });
  }
}

/** Presses the page's own submit control, or Enter when there is none. */
export async function submitCode(page: Page, prompt: CodePrompt, { code }: Pick<ResolvedPage, 'code'>): Promise<void> {
  const control = await controlOf(page, prompt, 'submit', code.submit);
  if (control) await control.click({ timeout: clickMs });
  else await page.keyboard.press('Enter');
}

/** The page's control for another code. */
export function findResend(page: Page, prompt: CodePrompt, { code }: Pick<ResolvedPage, 'code'>) {
  return controlOf(page, prompt, 'resend', code.resend);
}

/** Asks the page for another code, and notes how long the page asks people to wait for it. */
export async function resendCode(
  page: Page,
  prompt: CodePrompt,
  section: Pick<ResolvedPage, 'code'>,
): Promise<Pick<CodeWanted, 'note' | 'resendAfterS'>> {
  const control = await findResend(page, prompt, section);
  if (!control) return { note: 'not-resent' };
  const resendAfterS = secondsIn(await control.innerText());
  const isDisabled = await control.evaluate((element) =>
    element.matches(':disabled, [aria-disabled="true"], [class*="disabled"]'),
  );
  if (isDisabled || resendAfterS !== undefined) return { note: 'resend-later', resendAfterS };
  await control.click({ timeout: clickMs });
  return { note: 'resent' };
}

/** `45s 后重新发送`, `Resend in 45 seconds`, `重新获取(45)`. */
function secondsIn(text: string): number | undefined {
  const found = /(\d{1,3})\s*(?:s\b|秒|seconds?|\)|）)/i.exec(text);
  return found ? Number(found[1]) : undefined;
}

/** The text around the fields and in short notices; empty when the prompt is gone. */
export async function textAround({ fields }: CodePrompt): Promise<string> {
  return (await fields[0]?.evaluate(promptText).catch(() => '')) ?? '';
}

export async function isShown({ fields }: CodePrompt): Promise<boolean> {
  return (await fields[0]?.isVisible().catch(() => false)) ?? false;
}

/** The control that the profile names, else the one nearest to the field. */
async function controlOf(
  page: Page,
  { fields }: CodePrompt,
  wanted: 'submit' | 'resend',
  named: readonly Target[],
): Promise<ElementHandle<HTMLElement> | undefined> {
  const control = await firstSeen(page, named);
  if (control) return (await control.elementHandle()) as ElementHandle<HTMLElement>;
  return fields[0] && asElement(await fields[0].evaluateHandle(findCodeControl, wanted));
}

function asElement<T extends HTMLElement>(handle: JSHandle<T | null>): ElementHandle<T> | undefined {
  return (handle.asElement() as ElementHandle<T> | null) ?? undefined;
}
