import type { Context, Finding } from './findings.js';
import { whereOf } from './findings.js';
import { findSignInForm } from './find-login.js';
import type { Box } from './in-page/visibility.js';
import type { FrameScan, WidgetMatch } from './page-facts.js';
import type { Surface } from './surfaces.js';
import { frameRules, widgetRules, type FrameRule } from './vendors.js';

/** With more prose than this above it, a control belongs to an optional form at the end of a readable page. */
const longRead = 800;

export interface WidgetFindings {
  readonly asserted: readonly Finding[];
  /** Visible, but perhaps not blocking. */
  readonly doubtful: readonly Finding[];
}

const isLarge = (box: Box, minPx: number) => box.w >= minPx && box.h >= minPx;

function proseAbove(scan: FrameScan, widget?: WidgetMatch): number {
  const own = widget?.proseAbove ?? 0;
  return scan.parent ? Math.max(own, scan.element?.proseAbove ?? 0, proseAbove(scan.parent)) : own;
}

/** The surface that contains the widget. */
function surfaceOf(context: Context, scan: FrameScan, widget: WidgetMatch): Surface | undefined {
  const here = context.surfaces.filter((surface) => surface.scan === scan && surface.role !== 'notice');
  const front = widget.place === 'dialog' || widget.place === 'layer';
  return here.find((surface) => (surface.area.kind === 'dialog') === front) ?? here[0];
}

/** A button that starts a widget counts only where there is nothing else to do, or after a failed step. */
function anchorDemands(context: Context, scan: FrameScan, widget: WidgetMatch): boolean {
  const surface = surfaceOf(context, scan, widget);
  return context.stepFailed || (!!surface?.isGate && surface.fields.length === 0);
}

function isOptional(context: Context, scan: FrameScan, place: WidgetMatch['place'], widget?: WidgetMatch): boolean {
  const inFront = scan.inFront || place === 'dialog' || place === 'layer';
  return !inFront && !context.stepFailed && proseAbove(scan, widget) >= longRead;
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
  return context.surfaces.some((surface) => isInside(surface.scan, scan) && findSignInForm(surface) !== undefined);
}

function frameRuleFor(scan: FrameScan): FrameRule | undefined {
  return frameRules.find((rule) => scan.urls.some((url) => rule.url.test(url) && !rule.not?.test(url)));
}

/** Finds vendor widgets that are visible and not yet passed, in documents and as frames. */
export function findWidgets(context: Context): WidgetFindings {
  const asserted: Finding[] = [];
  const doubtful: Finding[] = [];

  for (const scan of context.frames.filter((frame) => frame.visible)) {
    for (const widget of scan.facts?.widgets ?? []) {
      const rule = widgetRules[widget.rule];
      if (!rule || widget.solved) continue;
      const finding: Finding = {
        label: rule.label === undefined || rule.label === 'none' ? 'captcha' : rule.label,
        vendor: rule.vendor,
        basis: 'widget',
        where: whereOf(scan),
        evidence: `${rule.vendor} control is visible and not passed`,
        inFront: scan.inFront || widget.place === 'dialog' || widget.place === 'layer',
        selfResolving: rule.vendor === 'cloudflare' || rule.vendor === 'turnstile',
      };
      const counts =
        !isOptional(context, scan, widget.place, widget) && (!rule.isAnchor || anchorDemands(context, scan, widget));
      (counts ? asserted : doubtful).push(finding);
    }

    const rule = scan.element && frameRuleFor(scan);
    if (!rule || !scan.element || !isLarge(scan.element.box, rule.minPx ?? 20)) continue;
    if (scan.element.tokenFilled || (rule.onScreenOnly && !scan.element.onScreen) || insideSaysOtherwise(context, scan))
      continue;
    const finding: Finding = {
      label: rule.label === undefined || rule.label === 'none' ? 'captcha' : rule.label,
      vendor: rule.vendor,
      basis: 'widget',
      where: scan.where,
      evidence: `${rule.vendor} frame is visible and not passed`,
      inFront: scan.inFront,
      selfResolving: rule.selfResolving === true || rule.vendor === 'turnstile',
    };
    const counts =
      !rule.selfResolving &&
      !isOptional(context, scan.parent ?? scan, scan.element.place) &&
      proseAboveFrame(context, scan) < longRead;
    (counts ? asserted : doubtful).push(finding);
  }
  return { asserted, doubtful };
}

function proseAboveFrame(context: Context, scan: FrameScan): number {
  return scan.inFront || context.stepFailed ? 0 : proseAbove(scan);
}
