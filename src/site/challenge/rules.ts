import {
  onlySignIn,
  otherSignIn,
  passwordAgain,
  signInDemand,
  signInForm,
  signInQr,
  singleSignOn,
} from './find-login.js';
import { closedForNow, tooManyRequests } from './find-outage.js';
import { checkInWords, pictureToType, slider } from './find-person-check.js';
import { codePrompt, otherFactor, personalQuestion } from './find-second-factor.js';
import type { ViewportBox } from '../../core/outcome.js';
import type { PageLabel } from './page-facts.js';
import { signalsOf, type Context, type Finding, type Signal } from './signals.js';
import { contentBox, coversPage, surfacesOf, type Surface } from './surfaces.js';

export interface Decision {
  readonly label: PageLabel;
  readonly vendor: string;
  /** A sign-in form has the CAPTCHA in it or behind it. */
  readonly onSignIn: boolean;
  readonly where: string;
  /** The dialog in front, or the page's own content; absent if that is not known. */
  readonly box?: ViewportBox;
  readonly evidence: readonly string[];
  readonly basis: Finding['basis'] | 'none';
  readonly selfResolving: boolean;
}

export interface DecideInput extends Omit<Context, 'surfaces'> {
  /** The profile's ready element is visible. */
  readonly isReady: boolean;
}

type Label = Finding['label'];
type Rule = (surfaces: readonly Surface[], signals: readonly Signal[]) => Finding[];
/** Each detector by the evidence that it is, without text of the page. */
type Detectors = Readonly<Record<string, (surface: Surface) => boolean>>;

/** What vendors' controls, scripts and answers say. */
const signal =
  (label: Label): Rule =>
  (_, signals) =>
    signals.filter((one) => one.counts && one.label === label);

/** What a surface shows; the first detector that finds something speaks for its surface. */
const shown =
  (label: Label, detectors: Detectors, basis: Finding['basis'] = 'page'): Rule =>
  (surfaces) =>
    surfaces.flatMap((surface) => {
      const found = Object.entries(detectors).find(([, detect]) => detect(surface));
      return found ? { ...onSurface(surface), label, basis, evidence: found[0] } : [];
    });

const onSurface = ({ role, scan }: Surface) => ({
  vendor: 'generic',
  where: role === 'front' && scan.isMain ? 'dialog in the main frame' : scan.where,
  inFront: role === 'front' || role === 'notice',
  selfResolving: false,
});

const signIn = 'sign-in form';

/** From top to bottom: the first rule with a finding that stands names the page. */
const rules: readonly Rule[] = [
  signal('captcha'),
  shown('captcha', { 'slider with its caption': slider }, 'widget'),
  shown('captcha', { 'picture with characters to type': pictureToType, 'asks for a person': checkInWords }),
  // A form to sign in precedes a code prompt, and a code prompt precedes other requests to sign in.
  shown('login', { [signIn]: signInForm, 'asks for the password again': passwordAgain }),
  shown('login', { 'field for single sign-on': singleSignOn }),
  signal('2fa'),
  shown('2fa', { 'code input': codePrompt, 'personal question': personalQuestion, 'other second factor': otherFactor }),
  signal('login'),
  shown('login', {
    'QR picture that signs in': signInQr,
    'sign-in with another account': otherSignIn,
    'says that a sign-in is needed': signInDemand,
    'only a sign-in button': onlySignIn,
  }),
  signal('rate_limited'),
  shown('rate_limited', { 'says that there were too many requests': tooManyRequests }),
  signal('maintenance'),
  shown('maintenance', { 'says that the service is closed for now': closedForNow }),
  signal('error'),
];

/** Counts only where a step has failed and the page is not ready, because a page's own dialogs look the same. */
const overlay = shown('overlay', { 'a dialog in front of the page': coversPage });

/**
 * A ready page overrules its own texts and prompts, and a widget beside its content as long as the steps go through. It
 * never overrules what is in front of the page.
 */
const overrulesReady = ({ inFront, basis, where }: Finding, stepFailed: boolean) =>
  inFront || (basis === 'widget' && stepFailed) || (basis === 'response' && where !== 'main frame');

export function decide({ frames, clues, isReady, stepFailed }: DecideInput): Decision {
  const surfaces = surfacesOf(frames);
  const signals = signalsOf({ frames, surfaces, clues, stepFailed });
  const applied = stepFailed && !isReady ? [...rules, overlay] : rules;
  const found = applied.flatMap((rule) => rule(surfaces, signals));
  const standing = found.filter((finding) => !isReady || overrulesReady(finding, stepFailed));
  const [best] = standing;
  if (!best) {
    const doubtful = [...new Set<Finding>([...signals, ...found])];
    return {
      label: 'none',
      vendor: doubtful[0]?.vendor ?? 'none',
      onSignIn: false,
      where: 'main frame',
      box: contentBox(surfaces.filter(({ area }) => area.kind === 'dialog')),
      evidence: doubtful.map((finding) => `not counted: ${finding.evidence}`).slice(0, 5),
      basis: 'none',
      selfResolving: doubtful.some((finding) => finding.selfResolving),
    };
  }
  const same = standing.filter((finding) => finding.label === best.label);
  return {
    label: best.label,
    vendor: same.find((finding) => finding.vendor !== 'generic')?.vendor ?? best.vendor,
    onSignIn: best.label === 'captcha' && standing.some(({ evidence }) => evidence === signIn),
    where: best.where,
    box: contentBox(surfaces.filter((each) => each.area.kind === (best.inFront ? 'dialog' : 'page'))),
    evidence: [...new Set(same.map((finding) => finding.evidence))].slice(0, 5),
    basis: best.basis,
    selfResolving: same.every((finding) => finding.selfResolving),
  };
}
