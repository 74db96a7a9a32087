import { signInForm } from './find-login.js';
import type { FrameScan, PageLabel, WidgetMatch } from './page-facts.js';
import { classifyResponse, type ResponseClue } from './response-clues.js';
import type { Surface } from './surfaces.js';
import { frameRules, widgetRules, type FrameRule, type WidgetRule } from './vendors.js';

export interface Finding {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  readonly basis: 'response' | 'widget' | 'page';
  readonly where: string;
  /** Contains no text of the page. */
  readonly evidence: string;
  /** In front of the page, so it counts even if the page behind it is ready. */
  readonly inFront: boolean;
  readonly selfResolving: boolean;
}

/** What a vendor's control, script or answer says. `counts` is false where it may not block the page. */
export interface Signal extends Finding {
  readonly counts: boolean;
}

export interface Context {
  readonly frames: readonly FrameScan[];
  readonly surfaces: readonly Surface[];
  readonly clues: readonly ResponseClue[];
  readonly stepFailed: boolean;
}

/** The signals in the order of their weight: controls, then the document, then the answers. */
export const signalsOf = (context: Context): Signal[] => [
  ...controls(context),
  ...documentSignals(context),
  ...answers(context),
];

/** With more prose than this above it, a control belongs to an optional form at the end of a readable page. */
const longRead = 800;

const isFront = (place: WidgetMatch['place']) => place === 'dialog' || place === 'layer';

const proseAbove = ({ element, parent }: FrameScan): number =>
  parent ? Math.max(element?.proseAbove ?? 0, proseAbove(parent)) : 0;

const isInside = (scan: FrameScan, outer: FrameScan): boolean =>
  scan === outer || (scan.parent !== undefined && isInside(scan.parent, outer));

/** Vendor widgets that are visible and not yet passed, in documents and as frames. */
function controls(context: Context): Signal[] {
  return context.frames
    .filter((frame) => frame.visible)
    .flatMap((scan) => [...widgetsIn(context, scan), ...frameWidget(context, scan)]);
}

function widgetsIn(context: Context, scan: FrameScan): Signal[] {
  return (scan.facts?.widgets ?? []).flatMap((widget) => {
    const rule = widgetRules[widget.rule];
    if (!rule || widget.solved) return [];
    const inFront = scan.inFront || isFront(widget.place);
    const prose = Math.max(widget.proseAbove, proseAbove(scan));
    const beside = isBeside(context, scan);
    const signal = control(context, rule, scan.where, { what: 'control', inFront, prose, beside });
    const selfResolving = rule.vendor === 'cloudflare' || rule.vendor === 'turnstile';
    const counts = signal.counts && (!rule.isAnchor || anchorDemands(context, scan, widget));
    return { ...signal, selfResolving, counts };
  });
}

/** A button that starts a widget counts only where there is nothing else to do, or after a failed step. */
function anchorDemands({ surfaces, stepFailed }: Context, scan: FrameScan, widget: WidgetMatch): boolean {
  const here = surfaces.filter((surface) => surface.scan === scan && surface.role !== 'notice');
  const own = here.find((surface) => (surface.area.kind === 'dialog') === isFront(widget.place)) ?? here[0];
  return stepFailed || (own !== undefined && own.isGate && own.fields.length === 0);
}

/** Beside the content of an application that its user has signed in to: the optional form of a page that works. */
function isBeside({ surfaces }: Context, scan: FrameScan): boolean {
  const main = surfaces.find((surface) => surface.role === 'page' && isInside(scan, surface.scan));
  return main !== undefined && main.scan.facts?.signedIn === true && main.inShell && !main.isBareContent;
}

function frameWidget(context: Context, scan: FrameScan): Signal[] {
  const { element } = scan;
  const rule = frameRules.find(({ url }) => scan.urls.some((each) => url.test(each)));
  if (!rule || !element || Math.min(element.box.w, element.box.h) < (rule.minPx ?? 30)) return [];
  if (element.tokenFilled || (rule.onScreenOnly && !element.onScreen)) return [];
  if (insideSaysOtherwise(context, scan)) return [];
  const { inFront } = scan;
  const prose = proseAbove(scan);
  const signal = control(context, rule, scan.where, { what: 'frame', inFront, prose, beside: isBeside(context, scan) });
  const selfResolving = rule.selfResolving === true || rule.vendor === 'turnstile';
  return [{ ...signal, selfResolving, counts: signal.counts && !rule.selfResolving }];
}

/** The frame's own document shows that the challenge is passed, or shows a sign-in form instead. */
function insideSaysOtherwise({ frames, surfaces }: Context, scan: FrameScan): boolean {
  const inside = frames
    .filter((frame) => frame.visible && isInside(frame, scan))
    .flatMap((frame) => frame.facts?.widgets ?? []);
  if (inside.length > 0 && inside.every((widget) => widget.solved)) return true;
  return surfaces.some((surface) => isInside(surface.scan, scan) && signInForm(surface));
}

function control(
  { stepFailed }: Context,
  { label = 'captcha', vendor }: WidgetRule | FrameRule,
  where: string,
  { what, inFront, prose, beside }: { what: string; inFront: boolean; prose: number; beside: boolean },
) {
  const counts = inFront || stepFailed || (prose < longRead && !beside);
  const evidence = `${vendor} ${what} is visible and not passed`;
  return { label, vendor, basis: 'widget', where, evidence, inFront, counts } as const;
}

function fromClue(clue: ResponseClue, isBelieved: boolean): Signal {
  const { label, vendor, evidence, passesItself, where = 'answer' } = clue;
  const counts = isBelieved && passesItself !== 'mostly';
  const selfResolving = passesItself !== 'never';
  return { label, vendor, basis: 'response', where, evidence, inFront: false, selfResolving, counts };
}

/** The page has so little content of its own that an answer or a URL can speak for all of it. */
function showsLittle(surfaces: readonly Surface[]): boolean {
  const page = surfaces.find((surface) => surface.scan.isMain && surface.area.kind === 'page');
  return !page || page.isGate || (page.isBareContent && page.area.buttons.length === 0);
}

/** The main document's URL, data and inline scripts; they count only while the page shows little else. */
function documentSignals({ frames, surfaces }: Context): Signal[] {
  const main = frames.find((scan) => scan.isMain);
  if (!main?.facts) return [];
  const { url, source } = main.facts;
  const headers = { 'content-type': source.type };
  const answers = [
    { status: 200, url, headers: {} },
    { status: 200, url: '', headers, bodyText: source.text },
  ];
  const clues = answers.flatMap((answer) => classifyResponse(answer) ?? []);
  return clues.map((clue) => fromClue({ ...clue, where: 'main frame' }, showsLittle(surfaces)));
}

/** Risk control in a data answer, or the status of the page itself. */
function answers({ surfaces, clues }: Context): Signal[] {
  return clues.map((clue) => {
    // A document with a bare error status that shows a whole application counts as that application.
    const isSure = clue.strength === 'marker' || (clue.strength === 'address' && !clue.isDocument);
    return fromClue(clue, isSure || showsLittle(surfaces));
  });
}
