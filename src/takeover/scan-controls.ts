import type { Frame, Page } from 'playwright';
import { withDeadline } from '../lib/with-deadline.js';
import type { Box, Controls } from './protocol.js';

const scanTimeoutMs = 1500;

const dialogs = '[role=dialog], [role=alertdialog], dialog[open], [aria-modal=true]';
const challengeNames =
  'captcha geetest nc_container nc_wrapper nc_scale turnstile slide-verif slideverif verify-box verifybox baxia punish yidun';
const challenges = challengeNames
  .split(' ')
  .flatMap((name) => ['id', 'class', 'title', 'src'].map((attribute) => `[${attribute}*="${name}" i]`))
  .join(', ');

/** Finds text fields and where the person has to act. Reads no field's value. */
export async function scanControls(
  page: Page,
): Promise<{ readonly controls?: Controls; readonly isCut: boolean; readonly isLate: boolean }> {
  let isLate = false;
  const late = () => void (isLate = true);
  const scans = await Promise.all(
    // Ignore a frame that goes away during the scan.
    page.frames().map((frame) => withDeadline(scanFrame(frame), scanTimeoutMs, late).catch(() => undefined)),
  );
  if (!scans[0]) return { isCut: false, isLate };
  const { pageWidth, isWide } = scans[0];
  const fields = scans.flatMap((scan) => scan?.fields ?? []);
  const tasks = scans.flatMap((scan) => scan?.tasks ?? []);
  const isOutside = ({ box }: { box: Box }) => box.x < 0 || box.x + box.width > pageWidth;
  tasks.sort((a, b) => b.rank - a.rank || b.box.width * b.box.height - a.box.width * a.box.height);
  return {
    controls: { type: 'controls', pageWidth, fields, focus: tasks[0]?.box },
    isCut: isWide || [...fields, ...tasks].some(isOutside),
    isLate,
  };
}

async function scanFrame(frame: Frame) {
  // Playwright's selectors look into open shadow roots, too.
  const scan = await frame.locator('*').evaluateAll(scanElements, { dialogs, challenges });
  if (!frame.parentFrame()) return scan;
  const offset = await (await frame.frameElement()).boundingBox();
  if (!offset) return undefined;
  const moved = <T extends { readonly box: Box }>(item: T): T => ({
    ...item,
    box: { ...item.box, x: item.box.x + offset.x, y: item.box.y + offset.y },
  });
  return { ...scan, fields: scan.fields.map(moved), tasks: scan.tasks.map(moved) };
}

/** Runs in the page, so it must not use anything outside itself. */
function scanElements(elements: Element[], { dialogs, challenges }: { dialogs: string; challenges: string }) {
  // The list of a select is a window of the system, which a picture does not show. In this style the page draws it.
  const style = 'select:not([multiple], [size]), ::picker(select) { appearance: base-select !important; }';
  const isStyled = document.adoptedStyleSheets.some(({ cssRules }) => cssRules[0]?.cssText.includes('base-select'));
  if (!isStyled && CSS.supports('appearance', 'base-select')) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets.push(sheet);
  }
  /** Something else, such as a dialog, may cover it. */
  const isOnTop = (element: Element, { x, y, width, height }: Box) => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const top = root.elementFromPoint(x + width / 2, y + height / 2);
    return top !== null && (element.contains(top) || top.contains(element));
  };
  const fields = [];
  const tasks = [];
  for (const element of elements) {
    const isField = element.matches('input:read-write, textarea:read-write, [contenteditable]:read-write');
    const rank = element.matches(challenges) ? 2 : element.matches(dialogs) ? 1 : 0;
    if (!isField && rank === 0) continue;
    const { x, y, width, height } = element.getBoundingClientRect();
    const box = { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
    if (width === 0 || height === 0 || !isOnTop(element, box)) continue;
    if (isField) {
      const { type, inputMode } = element as HTMLInputElement;
      const keyboard = inputMode || (type === 'number' ? 'numeric' : type);
      fields.push({ box, keyboard, isPassword: type === 'password' });
    }
    const isWhole = width > innerWidth * 0.9 && height > innerHeight * 0.9;
    if (rank > 0 && width >= 100 && height >= 30 && !isWhole) tasks.push({ box, rank });
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  const isWide = scrollWidth > clientWidth && getComputedStyle(document.documentElement).overflowX !== 'hidden';
  return { pageWidth: innerWidth, isWide, fields, tasks };
}
