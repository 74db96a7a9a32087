import { findLoginForm, findOtherLogin } from './find-login.js';
import { findFailure, findMaintenance, findRateLimit } from './find-outage.js';
import { findPersonCheck } from './find-person-check.js';
import { findSecondFactor } from './find-second-factor.js';
import { findWidgets } from './find-widgets.js';
import type { Context, Finding } from './findings.js';
import type { Basis, PageLabel } from './labels.js';
import type { FrameScan } from './page-facts.js';
import { classifyResponse, type ResponseClue } from './response-clues.js';
import { surfacesOf, type Surface } from './surfaces.js';

export interface Decision {
  readonly label: PageLabel;
  readonly vendor: string;
  readonly where: string;
  readonly evidence: readonly string[];
  readonly basis: Basis;
  readonly selfResolving: boolean;
  readonly suspicious: boolean;
}

export interface DecideInput {
  readonly frames: readonly FrameScan[];
  readonly clues: readonly ResponseClue[];
  /** The profile's ready element is visible. */
  readonly isReady: boolean;
  readonly stepFailed: boolean;
}

/** The precedence of labels: the first one with a finding is the page's label. */
const order = ['captcha', 'login', '2fa', 'rate_limited', 'maintenance', 'error'] as const;

function fromClue(clue: ResponseClue): Finding {
  const { label, vendor, evidence } = clue;
  const selfResolving = clue.passesItself !== 'never';
  return { label, vendor, basis: 'response', where: clue.where ?? 'answer', evidence, inFront: false, selfResolving };
}

/** The page has so little content of its own that an answer or a URL can speak for all of it. */
const showsLittle = (page: Surface) => page.isGate || (page.isBareContent && page.area.buttons.length === 0);

/** Findings from the main document's URL, raw text and scripts; asserted only while the page shows little else. */
function documentFindings(context: Context): { asserted: Finding[]; doubtful: Finding[] } {
  const main = context.frames.find((scan) => scan.isMain);
  const asserted: Finding[] = [];
  const doubtful: Finding[] = [];
  if (!main?.facts) return { asserted, doubtful };
  const page = context.surfaces.find((surface) => surface.scan === main && surface.area.kind === 'page');
  const speaks = !page || showsLittle(page);
  const add = (clue: ResponseClue | undefined) => {
    if (clue)
      (speaks && clue.passesItself !== 'mostly' ? asserted : doubtful).push({ ...fromClue(clue), where: 'main frame' });
  };
  add(classifyResponse({ url: main.facts.url, status: 200, headers: {} }));
  if (main.facts.rawText) {
    add(
      classifyResponse({
        url: '',
        status: 200,
        headers: {},
        bodyText: main.facts.rawText,
        contentType: 'application/json',
      }),
    );
  }
  const script = (vendor: string, evidence: string): Finding => ({
    label: 'captcha',
    vendor,
    basis: 'response',
    where: 'main frame',
    evidence,
    inFront: false,
    selfResolving: true,
  });
  const markers = new Set(main.facts.markers);
  if (markers.has('cloudflare-page'))
    (speaks ? asserted : doubtful).push(script('cloudflare', 'challenge page script'));
  if (markers.has('baxia-stub'))
    ((page?.area.length ?? 0) < 60 ? asserted : doubtful).push(script('baxia', 'risk control stub'));
  for (const name of ['acw-check', 'aws-goku', 'datadome'])
    if (markers.has(name)) doubtful.push(script(name, `script of ${name}`));
  if (main.facts.url.startsWith('chrome-error:')) {
    asserted.push({
      ...script('browser', 'the browser could not load the page'),
      label: 'error',
      selfResolving: false,
    });
  }
  return { asserted, doubtful };
}

/** Findings from answers: risk control in a data answer, or the status of the page itself. */
function clueFindings(clues: readonly ResponseClue[], context: Context): { asserted: Finding[]; doubtful: Finding[] } {
  const asserted: Finding[] = [];
  const doubtful: Finding[] = [];
  const page = context.surfaces.find((surface) => surface.scan.isMain && surface.area.kind === 'page');
  for (const clue of clues) {
    // A document with a bare error status that shows a whole application counts as that application.
    const isSure = clue.strength === 'marker' || (clue.strength === 'address' && !clue.isDocument);
    const believed = isSure || !page || showsLittle(page);
    (believed && clue.passesItself !== 'mostly' ? asserted : doubtful).push(fromClue(clue));
  }
  return { asserted, doubtful };
}

/**
 * Picks one label: captcha or other risk control, then login, second factor, rate limit, maintenance, error, none.
 * A sign-in form takes precedence over a code prompt; a code prompt takes precedence over other requests to sign
 * in. A ready page overrules texts and prompts in the page, but never a visible widget or anything in front of the
 * page.
 */
export function decide(input: DecideInput): Decision {
  const surfaces = surfacesOf(input.frames);
  const context: Context = { frames: input.frames, surfaces, stepFailed: input.stepFailed };
  const widgets = findWidgets(context);
  const document = documentFindings(context);
  const answers = clueFindings(input.clues, context);

  const found = [
    ...widgets.asserted,
    ...document.asserted,
    ...answers.asserted,
    ...findPersonCheck(context),
    ...findLoginForm(context),
    ...findSecondFactor(context),
    ...findOtherLogin(context),
    ...findRateLimit(context),
    ...findMaintenance(context),
    ...findFailure(context),
  ];
  const stands = (finding: Finding) =>
    !input.isReady ||
    finding.inFront ||
    finding.basis === 'widget' ||
    (finding.basis === 'response' && finding.where !== 'main frame');
  const standing = found.filter(stands);
  const doubtful = [
    ...widgets.doubtful,
    ...document.doubtful,
    ...answers.doubtful,
    ...found.filter((finding) => !stands(finding)),
  ];

  // A code prompt takes precedence over a login without a form.
  const isFormLogin = (finding: Finding) => finding.label === 'login' && /field/.test(finding.evidence);
  const rank = (finding: Finding) => {
    const place = order.indexOf(finding.label);
    return finding.label === 'login' && !isFormLogin(finding) ? order.indexOf('2fa') + 0.5 : place;
  };
  const best = standing.reduce<Finding | undefined>(
    (kept, next) => (!kept || rank(next) < rank(kept) ? next : kept),
    undefined,
  );
  if (!best) {
    const [first] = doubtful;
    return {
      label: 'none',
      vendor: first?.vendor ?? 'none',
      where: 'main frame',
      evidence: doubtful.map((finding) => `not counted: ${finding.evidence}`).slice(0, 5),
      basis: 'none',
      selfResolving: doubtful.some((finding) => finding.selfResolving),
      suspicious: doubtful.length > 0,
    };
  }
  const same = standing.filter((finding) => finding.label === best.label);
  return {
    label: best.label,
    vendor: same.find((finding) => finding.vendor !== 'generic')?.vendor ?? best.vendor,
    where: best.where,
    evidence: [...new Set(same.map((finding) => finding.evidence))].slice(0, 5),
    basis: best.basis,
    selfResolving: same.every((finding) => finding.selfResolving),
    suspicious: false,
  };
}
