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

function proseAbove(scan: FrameScan, widget?: WidgetMatch): number {
  const own = widget?.proseAbove ?? 0;
  return scan.parent ? Math.max(own, scan.element?.proseAbove ?? 0, proseAbove(scan.parent)) : own;
}

function surfaceOf(context: Context, scan: FrameScan, widget: WidgetMatch): Surface | undefined {
  const here = context.surfaces.filter((surface) => surface.scan === scan && surface.role !== 'notice');
  return here.find((surface) => (surface.area.kind === 'dialog') === isFront(widget.place)) ?? here[0];
}

/** A button that starts a widget counts only where there is nothing else to do, or after a failed step. */
function anchorDemands(context: Context, scan: FrameScan, widget: WidgetMatch): boolean {
  const surface = surfaceOf(context, scan, widget);
  return context.stepFailed || (!!surface?.isGate && surface.fields.length === 0);
}

function isOptional(context: Context, inFront: boolean, prose: number): boolean {
  return !inFront && !context.stepFailed && prose >= longRead;
}

function isInside(scan: FrameScan, outer: FrameScan): boolean {
  for (let at: FrameScan | undefined = scan; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The frame's own document shows that the challenge is passed, or shows a sign-in form instead. */
function insideSaysOtherwise(context: Context, scan: FrameScan): boolean {
  const inside = context.frames
    .filter((frame) => frame.visible && isInside(frame, scan))
    .flatMap((frame) => frame.facts?.widgets ?? []);
  if (inside.length > 0 && inside.every((widget) => widget.solved)) return true;
  return context.surfaces.some((surface) => isInside(surface.scan, scan) && signInForm(surface));
}

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
    const isOffered = isOptional(context, inFront, proseAbove(scan, widget));
    return {
      ...control(rule, scan.where, 'control'),
      inFront,
      selfResolving: rule.vendor === 'cloudflare' || rule.vendor === 'turnstile',
      counts: !isOffered && (!rule.isAnchor || anchorDemands(context, scan, widget)),
    };
  });
}

function frameWidget(context: Context, scan: FrameScan): Signal[] {
  const { element } = scan;
  const rule = frameRules.find(({ url }) => scan.urls.some((each) => url.test(each)));
  if (!rule || !element || Math.min(element.box.w, element.box.h) < (rule.minPx ?? 30) || element.tokenFilled)
    return [];
  if ((rule.onScreenOnly && !element.onScreen) || insideSaysOtherwise(context, scan)) return [];
  return [
    {
      ...control(rule, scan.where, 'frame'),
      inFront: scan.inFront,
      selfResolving: rule.selfResolving === true || rule.vendor === 'turnstile',
      counts: !rule.selfResolving && !isOptional(context, scan.inFront, proseAbove(scan)),
    },
  ];
}

function control({ label, vendor }: WidgetRule | FrameRule, where: string, what: string) {
  return {
    label: label ?? 'captcha',
    vendor,
    basis: 'widget',
    where,
    evidence: `${vendor} ${what} is visible and not passed`,
  } as const;
}

function fromClue(clue: ResponseClue, believed: boolean): Signal {
  const { label, vendor, evidence, passesItself } = clue;
  return {
    label,
    vendor,
    basis: 'response',
    where: clue.where ?? 'answer',
    evidence,
    inFront: false,
    selfResolving: passesItself !== 'never',
    counts: believed && passesItself !== 'mostly',
  };
}

/** The page has so little content of its own that an answer or a URL can speak for all of it. */
const showsLittle = (page: Surface | undefined) =>
  !page || page.isGate || (page.isBareContent && page.area.buttons.length === 0);

/** The main document's URL, data and inline scripts; they count only while the page shows little else. */
function documentSignals({ frames, surfaces }: Context): Signal[] {
  const main = frames.find((scan) => scan.isMain);
  if (!main?.facts) return [];
  const { url, source } = main.facts;
  const speaks = showsLittle(surfaces.find((surface) => surface.scan === main && surface.area.kind === 'page'));
  const headers = { 'content-type': source.type };
  const answers = [
    { url, headers: {} },
    { url: '', headers, bodyText: source.text },
  ];
  const clues = answers.flatMap((answer) => classifyResponse({ status: 200, ...answer }) ?? []);
  return clues.map((clue) => fromClue({ ...clue, where: 'main frame' }, speaks));
}

/** Risk control in a data answer, or the status of the page itself. */
function answers({ surfaces, clues }: Context): Signal[] {
  const page = surfaces.find((surface) => surface.scan.isMain && surface.area.kind === 'page');
  return clues.map((clue) => {
    // A document with a bare error status that shows a whole application counts as that application.
    const isSure = clue.strength === 'marker' || (clue.strength === 'address' && !clue.isDocument);
    return fromClue(clue, isSure || showsLittle(page));
  });
}
