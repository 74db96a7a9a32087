import type { ViewportBox } from '../../core/outcome.js';
import type { Area, FrameScan } from './page-facts.js';
import { signInVerb } from './wording.js';

const gateLength = 900;
const bareLength = 160;

const pageArea = (scan: FrameScan): Area | undefined => scan.facts?.areas.find((area) => area.kind === 'page');

function hasShell(scan: FrameScan): boolean {
  const facts = scan.facts;
  if (!facts) return false;
  const offersSignIn = facts.barLinks.some((text) => signInVerb.test(text) || /注册|sign ?up|register/i.test(text));
  const page = pageArea(scan);
  const showsData = page !== undefined && (page.length > 300 || page.lines.some((line) => line.quoted));
  if (facts.signedIn) return facts.barLinks.length >= 3 || showsData;
  return facts.barLinks.length >= 4 && !offersSignIn;
}

/**
 * `front` is in front of the page, or in a frame that is; `page` is the page itself or a frame that fills it; `inline`
 * is a frame beside other content; `notice` is a toast or alert.
 */
function roleOf(scan: FrameScan, area: Area): 'front' | 'page' | 'inline' | 'notice' {
  if (area.kind === 'notice') return 'notice';
  if (area.kind === 'dialog' || scan.inFront) return 'front';
  if (scan.isMain) return 'page';
  const above = scan.parent && pageArea(scan.parent);
  const aloneInParent = !!scan.parent && !!above && above.length < 300 && !hasShell(scan.parent);
  return scan.element?.coversScreen || aloneInParent ? 'page' : 'inline';
}

/** An area as the rules see it. */
export type Surface = ReturnType<typeof toSurface>;

function toSurface(scan: FrameScan, area: Area) {
  const role = roleOf(scan, area);
  const inShell = hasShell(scan);
  const lines = area.lines.filter((line) => !line.quoted);
  const title = role === 'page' ? (scan.facts?.title ?? '') : '';
  const text = lines.map((line) => line.text).join('\n');
  const isShort = area.length < gateLength && area.links.length <= 30;
  const isBare = area.length < bareLength && area.fields.length === 0 && lines.length === area.lines.length;
  return {
    role,
    scan,
    area,
    title,
    /** Visible text that may count as evidence, without prose, code and tables. */
    text,
    titleAndText: `${title}\n${text}`,
    /** The lines of the length of a button or a tab. */
    shortLines: lines.map((line) => line.text).filter((line) => line.length <= 40),
    headings: lines.filter((line) => line.heading).map((line) => line.text),
    lines,
    /** Editable fields outside headers and menus. */
    fields: area.fields.filter((field) => field.editable && !field.inBar),
    /** Inside an application with navigation, usually after sign-in. */
    inShell,
    /** Short enough that its text shows its purpose. */
    isGate: isShort && (role === 'front' || (role === 'page' && !inShell)),
    /** The content area of an application, with almost nothing in it. */
    isBareContent: role === 'page' && inShell && isBare,
  };
}

/** All visible surfaces, the front ones first, without the browser's own error pages in frames. */
export function surfacesOf(frames: readonly FrameScan[]): Surface[] {
  const order = { front: 0, page: 1, inline: 2, notice: 3 };
  return frames
    .filter(
      (scan) =>
        scan.visible && !scan.element?.tokenFilled && (scan.isMain || !scan.facts?.url.startsWith('chrome-error:')),
    )
    .flatMap((scan) => (scan.facts?.areas ?? []).map((area) => toSurface(scan, area)))
    .sort((a, b) => order[a.role] - order[b.role]);
}

/** A notice or a consent banner that its buttons close. */
export const coversPage = ({ role, area, fields }: Surface): boolean =>
  role === 'front' && area.overMiddle && area.buttons.length > 0 && fields.length === 0;

/** Around everything that the main frame's surfaces show. A layer itself may fill the screen, what is in it does not. */
export function contentBox(surfaces: readonly Surface[]): ViewportBox | undefined {
  const boxes = surfaces
    .filter(({ scan }) => scan.isMain)
    .flatMap(({ area }) => [
      ...[...area.lines, ...area.fields, ...area.pictures].map(({ box }) => box),
      ...[...area.handles, ...area.embeds],
    ]);
  if (boxes.length === 0) return undefined;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.w));
  const bottom = Math.max(...boxes.map((box) => box.y + box.h));
  return { x, y, w: right - x, h: bottom - y };
}
