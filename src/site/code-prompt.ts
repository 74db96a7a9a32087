import type { ElementHandle, Frame, JSHandle, Page } from 'playwright';
import { codeFieldsOf } from './challenge/find-second-factor.js';
import type { Field } from './challenge/page-facts.js';
import { scanFrames } from './challenge/scan-frames.js';
import { surfacesOf } from './challenge/surfaces.js';
import { findCodeControl, promptText, type CodeControl } from './code-prompt-in-page.js';
import { firstSeen, locate } from './locate.js';
import type { ResolvedPage } from './resolve-profile.js';

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
  const scan = await scanFrames(page, scanBudgetMs);
  for (const surface of surfacesOf(scan.frames)) {
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
  for (const box of fields.toReversed()) {
    if ((await box.inputValue()) === '') continue;
    await reach(box);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
  }
  for (const [index, digit] of [...digits].entries()) {
    const box = fields[index];
    // Most rows move the focus by themselves. The row may be gone already when the last digit submits the code.
    if (box && !(await hasFocus(box))) await reach(box);
    await page.keyboard.type(digit, { delay: keyDelayMs });
  }
}

/** An input that is covered by its digit slots cannot be clicked, but it can take the focus. */
async function reach(field: Input): Promise<void> {
  await field.click({ timeout: clickMs }).catch(() => field.focus());
}

const hasFocus = (field: Input) =>
  field.evaluate((input) => (input.getRootNode() as Document | ShadowRoot).activeElement === input);

/** Presses the page's own submit control, or Enter when there is none. */
export async function submitCode(page: Page, prompt: CodePrompt, { code }: Pick<ResolvedPage, 'code'>): Promise<void> {
  const named = await firstSeen(page, code.submit);
  if (named) return named.click({ timeout: clickMs });
  const control = await controlOf(prompt, 'submit');
  if (control) await control.handle.click({ timeout: clickMs });
  else await page.keyboard.press('Enter');
}

/** The page's control for another code, and how long the page asks people to wait for it. */
export async function findResend(page: Page, prompt: CodePrompt, { code }: Pick<ResolvedPage, 'code'>) {
  const named = await firstSeen(page, code.resend);
  if (named) {
    const isEnabled = await named.isEnabled();
    return { handle: named, isEnabled, waitS: isEnabled ? undefined : secondsIn(await named.innerText()) };
  }
  const control = await controlOf(prompt, 'resend');
  return control && { ...control, waitS: secondsIn(control.text) };
}

export async function resendCode(
  page: Page,
  prompt: CodePrompt,
  section: Pick<ResolvedPage, 'code'>,
): Promise<'pressed' | 'missing' | { readonly afterS: number | undefined }> {
  const control = await findResend(page, prompt, section);
  if (!control) return 'missing';
  const { handle, isEnabled, waitS } = control;
  if (!isEnabled || waitS !== undefined) return { afterS: waitS };
  await handle.click({ timeout: clickMs });
  return 'pressed';
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

async function controlOf({ fields }: CodePrompt, wanted: 'submit' | 'resend') {
  const [field] = fields;
  if (!field) return undefined;
  const found: JSHandle<CodeControl | undefined> = await field.evaluateHandle(findCodeControl, wanted);
  const about = await found.evaluate((control) => control && { text: control.text, isEnabled: control.isEnabled });
  if (!about) return undefined;
  const handle = asElement<HTMLElement>(await found.evaluateHandle((control) => control?.element ?? null));
  return handle && { handle, ...about };
}

function asElement<T extends HTMLElement>(handle: JSHandle<T | null>): ElementHandle<T> | undefined {
  return (handle.asElement() as ElementHandle<T> | null) ?? undefined;
}
