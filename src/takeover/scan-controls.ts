import type { Frame, Page } from 'playwright';
import { withDeadline } from '../lib/with-deadline.js';
import type { Box, Controls, FieldControl, SelectControl } from './protocol.js';

export interface ScannedControls {
  readonly controls: Controls;
  /** False when a frame was too busy to answer: there may be more controls. */
  readonly isWhole: boolean;
  /** The page is wider than its window. */
  readonly isCut: boolean;
  choose(id: number, index: number): Promise<void>;
}

const mostFrames = 12;
const scanTimeoutMs = 1500;

/** Finds selects (the picture does not show their lists), text fields and the person's task. Reads no field's value. */
export async function scanControls(page: Page): Promise<ScannedControls | undefined> {
  const frames = page.frames().slice(0, mostFrames);
  const answers = await Promise.all(
    frames.map((frame) => {
      // Ignore a frame that goes away during the scan.
      const scan = scanFrame(page, frame).catch(() => undefined);
      return withDeadline(scan, scanTimeoutMs, () => 'late' as const);
    }),
  );
  const scans = answers.map((answer) => (answer === 'late' ? undefined : answer));
  const selects: SelectControl[] = [];
  const fields: FieldControl[] = [];
  const owners: { frame: Frame; index: number }[] = [];
  const tasks: { box: Box; rank: number }[] = [];
  if (!scans[0]) return undefined;
  scans.forEach((scan, at) => {
    if (!scan) return;
    scan.selects.forEach((select, index) => {
      selects.push({ ...select, id: owners.length });
      owners.push({ frame: frames[at] as Frame, index });
    });
    fields.push(...scan.fields);
    tasks.push(...scan.tasks);
  });
  const { pageWidth, isWide } = scans[0];
  const isOutside = ({ box }: { box: Box }) => box.width > 0 && (box.x < 0 || box.x + box.width > pageWidth);
  tasks.sort((a, b) => b.rank - a.rank || b.box.width * b.box.height - a.box.width * a.box.height);
  return {
    controls: {
      type: 'controls',
      pageWidth,
      selects: selects.filter(({ box }) => box.width > 0),
      fields,
      focus: tasks[0]?.box,
    },
    isWhole: !answers.includes('late'),
    isCut: isWide || [...selects, ...fields, ...tasks].some(isOutside),
    choose: async (id, index) => {
      const owner = owners[id];
      if (!owner) return;
      const select = await owner.frame.evaluateHandle(nthSelect, owner.index);
      const element = select.asElement();
      await element?.selectOption({ index }, { timeout: scanTimeoutMs });
      await select.dispose();
    },
  };
}

async function scanFrame(page: Page, frame: Frame): Promise<ReturnType<typeof scanDocument> | undefined> {
  const offset = frame === page.mainFrame() ? { x: 0, y: 0 } : await offsetOf(frame);
  if (!offset) return undefined;
  const scan = await frame.evaluate(scanDocument);
  const moved = <T extends { readonly box: Box }>(item: T): T => ({
    ...item,
    box: { ...item.box, x: item.box.x + offset.x, y: item.box.y + offset.y },
  });
  return { ...scan, selects: scan.selects.map(moved), fields: scan.fields.map(moved), tasks: scan.tasks.map(moved) };
}

/** Where the frame's content begins in the page's viewport. Undefined when the frame is not visible. */
async function offsetOf(frame: Frame): Promise<{ x: number; y: number } | undefined> {
  const element = await frame.frameElement();
  const box = await element.boundingBox();
  const border = await element.evaluate(({ clientLeft, clientTop }: Element) => ({ x: clientLeft, y: clientTop }));
  await element.dispose();
  return box && box.width > 0 && box.height > 0 ? { x: box.x + border.x, y: box.y + border.y } : undefined;
}

/** Runs in the page, so it must not use anything outside itself. */
function scanDocument() {
  const mostElements = 6000;
  const elements: Element[] = [];
  const collect = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll('*')) {
      if (elements.length >= mostElements) return;
      elements.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);

  const boxOf = (element: Element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
  };
  const isSeen = (element: Element) => {
    const box = boxOf(element);
    const isInside = box.x < innerWidth && box.y < innerHeight && box.x + box.width > 0 && box.y + box.height > 0;
    return (
      isInside &&
      box.width > 0 &&
      box.height > 0 &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    );
  };
  /** Something else, such as a dialog, may cover it. */
  const isOnTop = (element: Element) => {
    const { x, y, width, height } = boxOf(element);
    const root = element.getRootNode() as Document | ShadowRoot;
    const top = root.elementFromPoint(x + width / 2, y + height / 2);
    return top !== null && (top === element || element.contains(top) || top.contains(element));
  };
  const labelOf = (element: HTMLSelectElement | HTMLInputElement) =>
    (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.name).trim().slice(0, 80);

  const selects: Omit<SelectControl, 'id'>[] = [];
  const fields: FieldControl[] = [];
  const tasks: { box: Box; rank: number }[] = [];
  const isTextInput = (element: Element): element is HTMLInputElement =>
    element instanceof HTMLInputElement &&
    ['text', 'search', 'tel', 'url', 'email', 'password', 'number'].includes(element.type) &&
    !element.disabled &&
    !element.readOnly;

  const addTask = (element: Element, rank: number) => {
    const box = boxOf(element);
    const isWhole = box.width > innerWidth * 0.9 && box.height > innerHeight * 0.9;
    if (box.width < 100 || box.height < 30 || isWhole || !isOnTop(element)) return;
    tasks.push({ box, rank });
  };
  const checkNames =
    /captcha|geetest|\bnc[-_](?:container|wrapper|scale)|turnstile|slide-?verif|verify-?(?:box|wrap|bar|img)|baxia|punish|yidun|tcaptcha|px-captcha/i;

  for (const element of elements) {
    // Hidden selects count too, so that the n-th select stays the same.
    if (element instanceof HTMLSelectElement) {
      const isList = !element.multiple && element.size <= 1;
      selects.push({
        box:
          isList && isSeen(element) && isOnTop(element) && !element.disabled
            ? boxOf(element)
            : { x: 0, y: 0, width: 0, height: 0 },
        label: labelOf(element),
        options: Array.from(element.options, (option) => ({
          text: option.label.trim().slice(0, 200),
          isDisabled: option.disabled,
        })).slice(0, 500),
        selected: element.selectedIndex,
      });
      continue;
    }
    if (isTextInput(element) || element instanceof HTMLTextAreaElement || (element as HTMLElement).isContentEditable) {
      const isEditableInside = element.parentElement?.isContentEditable === true;
      if (isEditableInside || !isSeen(element) || !isOnTop(element)) continue;
      const type = element instanceof HTMLInputElement ? element.type : 'text';
      const mode = (element as HTMLElement).inputMode || type;
      const isNumeric = ['numeric', 'decimal', 'number'].includes(mode);
      const maxLength = element instanceof HTMLInputElement ? element.maxLength : -1;
      fields.push({
        box: boxOf(element),
        keyboard: isNumeric ? 'numeric' : ((['tel', 'email', 'url'] as const).find((each) => each === mode) ?? 'text'),
        isPassword: type === 'password',
        isOneTimeCode: element.getAttribute('autocomplete') === 'one-time-code' || (maxLength === 1 && isNumeric),
      });
      const form = element.closest('form');
      if (form) addTask(form, 1);
    }
    const name = `${element.id} ${element.getAttribute('class') ?? ''} ${element instanceof HTMLIFrameElement ? `${element.title} ${element.src}` : ''}`;
    if (element !== document.documentElement && element !== document.body && checkNames.test(name) && isSeen(element))
      addTask(element, 3);
    else if (element.matches('[role=dialog],[role=alertdialog],dialog[open],[aria-modal=true]') && isSeen(element))
      addTask(element, 2);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  const isWide = scrollWidth > clientWidth && getComputedStyle(document.documentElement).overflowX !== 'hidden';
  return { pageWidth: innerWidth, isWide, selects, fields, tasks };
}

/** Runs in the page: the n-th select, in the order of {@link scanDocument}. */
function nthSelect(wanted: number): HTMLSelectElement | undefined {
  const found: HTMLSelectElement[] = [];
  const collect = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll('*')) {
      if (element instanceof HTMLSelectElement) found.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  return found[wanted];
}
