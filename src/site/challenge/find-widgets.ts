import type { Context, Finding } from './findings.js';
import { whereOf } from './findings.js';
import { findSignInForm } from './find-login.js';
import type { Box } from './in-page/sight.js';
import type { FrameLook, Sighting } from './page-facts.js';
import type { Surface } from './surfaces.js';
import { frameRules, widgetRules, type FrameRule } from './vendors.js';

/** More prose than this above a control, and it belongs to an optional form at the foot of a page that can be read. */
const longRead = 800;

export interface WidgetFindings {
  readonly asserted: readonly Finding[];
  /** Seen, but perhaps not in the way. */
  readonly doubtful: readonly Finding[];
}

const isLarge = (box: Box, minPx: number) => box.w >= minPx && box.h >= minPx;

function proseAbove(look: FrameLook, sighting?: Sighting): number {
  const own = sighting?.proseAbove ?? 0;
  return look.parent ? Math.max(own, look.element?.proseAbove ?? 0, proseAbove(look.parent)) : own;
}

/** The surface a sighting stands on. */
function surfaceOf(context: Context, look: FrameLook, sighting: Sighting): Surface | undefined {
  const here = context.surfaces.filter((surface) => surface.look === look && surface.role !== 'notice');
  const front = sighting.place === 'dialog' || sighting.place === 'layer';
  return here.find((surface) => (surface.area.kind === 'dialog') === front) ?? here[0];
}

/** A button that waits to be pressed is a demand only where there is nothing else to do. */
function anchorDemands(context: Context, look: FrameLook, sighting: Sighting): boolean {
  const surface = surfaceOf(context, look, sighting);
  return context.stepFailed || (!!surface?.isGate && surface.fields.length === 0);
}

function isOptional(context: Context, look: FrameLook, place: Sighting['place'], sighting?: Sighting): boolean {
  const inFront = look.inFront || place === 'dialog' || place === 'layer';
  return !inFront && !context.stepFailed && proseAbove(look, sighting) >= longRead;
}

function isInside(look: FrameLook, outer: FrameLook): boolean {
  for (let at: FrameLook | undefined = look; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The frame's own document says that the check was passed, or shows something else: a login, for one. */
function insideSaysOtherwise(context: Context, look: FrameLook): boolean {
  const inside = context.frames
    .filter((frame) => frame.visible && isInside(frame, look))
    .flatMap((frame) => frame.facts?.sightings ?? []);
  if (inside.length > 0 && inside.every((sighting) => sighting.solved)) return true;
  return context.surfaces.some((surface) => isInside(surface.look, look) && findSignInForm(surface) !== undefined);
}

function frameRuleFor(look: FrameLook): FrameRule | undefined {
  return frameRules.find((rule) => look.urls.some((url) => rule.url.test(url) && !rule.not?.test(url)));
}

/** Vendor widgets that are visible and not yet passed, in documents and as frames. */
export function findWidgets(context: Context): WidgetFindings {
  const asserted: Finding[] = [];
  const doubtful: Finding[] = [];

  for (const look of context.frames.filter((frame) => frame.visible)) {
    for (const sighting of look.facts?.sightings ?? []) {
      const rule = widgetRules[sighting.rule];
      if (!rule || sighting.solved) continue;
      const finding: Finding = {
        label: rule.label === undefined || rule.label === 'none' ? 'captcha' : rule.label,
        vendor: rule.vendor,
        basis: 'widget',
        where: whereOf(look),
        evidence: `${rule.vendor} control is visible and not passed`,
        inFront: look.inFront || sighting.place === 'dialog' || sighting.place === 'layer',
        selfResolving: rule.vendor === 'cloudflare' || rule.vendor === 'turnstile',
      };
      const counts =
        !isOptional(context, look, sighting.place, sighting) &&
        (!rule.isAnchor || anchorDemands(context, look, sighting));
      (counts ? asserted : doubtful).push(finding);
    }

    const rule = look.element && frameRuleFor(look);
    if (!rule || !look.element || !isLarge(look.element.box, rule.minPx ?? 20)) continue;
    if (look.element.tokenFilled || (rule.onScreenOnly && !look.element.onScreen) || insideSaysOtherwise(context, look))
      continue;
    const finding: Finding = {
      label: rule.label === undefined || rule.label === 'none' ? 'captcha' : rule.label,
      vendor: rule.vendor,
      basis: 'widget',
      where: look.where,
      evidence: `${rule.vendor} frame is visible and not passed`,
      inFront: look.inFront,
      selfResolving: rule.selfResolving === true || rule.vendor === 'turnstile',
    };
    const counts =
      !rule.selfResolving &&
      !isOptional(context, look.parent ?? look, look.element.place) &&
      proseAboveFrame(context, look) < longRead;
    (counts ? asserted : doubtful).push(finding);
  }
  return { asserted, doubtful };
}

function proseAboveFrame(context: Context, look: FrameLook): number {
  return look.inFront || context.stepFailed ? 0 : proseAbove(look);
}
