import type { Field } from './page-facts.js';
import type { Surface } from './surfaces.js';
import {
  accountChooser,
  codeName,
  qrOther,
  qrSignIn,
  secondFactor,
  signInNeeded,
  signInProvider,
  signInVerb,
} from './wording.js';

const newPassword =
  /设置(?:新)?密码|新密码|重置密码|修改密码|找回密码|提取码|访问密码|确认密码|reset (?:your )?password|new password|change (?:your )?password|set (?:a|your) password/i;
const accountLabel =
  /手机|邮箱|账号|帐号|账户|用户名|会员名|邮件|e-?mail|phone|mobile|user ?name|user ?id|account|login/i;

const isPassword = (field: Field) =>
  field.type === 'password' && field.autocomplete !== 'new-password' && field.autocomplete !== 'one-time-code';

export function isAccountField(field: Field): boolean {
  if (field.type === 'password' || /one-time-code/.test(field.autocomplete)) return false;
  if (field.maxLength > 0 && field.maxLength <= 8) return false;
  if (codeName.test(field.label) && !accountLabel.test(field.label.replace(codeName, ''))) return false;
  return (
    /^(?:username|email|tel|tel-national)$/.test(field.autocomplete.split(' ').at(-1) ?? '') ||
    field.type === 'email' ||
    field.type === 'tel' ||
    accountLabel.test(`${field.label} ${field.name}`)
  );
}

const says = (pattern: RegExp, texts: readonly string[]) => texts.some((text) => pattern.test(text.trim()));

function verbs(surface: Surface): { onButton: boolean; anywhere: boolean } {
  const onButton = says(signInVerb, surface.area.buttons);
  // Tabs appear side by side in one line: 短信登录 密码登录.
  const short = surface.lines
    .map((line) => line.text)
    .filter((text) => text.length <= 40)
    .flatMap((text) => [text, ...text.split(/\s+|[|/]/)]);
  const titles = surface.title.split(/\s+[-–—|·]\s+/);
  return { onButton, anywhere: onButton || says(signInVerb, [...surface.headings, ...short, ...titles]) };
}

/** A sign-in form: a password or account field together with a sign-in verb. */
export function signInForm(surface: Surface): string | undefined {
  if (surface.role === 'notice') return undefined;
  const passwords = surface.fields.filter(isPassword);
  const newOnes = surface.fields.filter((field) => field.type === 'password' && !isPassword(field));
  const verb = verbs(surface);
  const mayBeOwnForm = surface.inShell && surface.role === 'page';
  const setsPassword =
    newOnes.length > 0 || passwords.length > 1 || newPassword.test(`${surface.headings.join(' ')} ${surface.title}`);

  if (passwords.length === 1 && !setsPassword) {
    if (mayBeOwnForm ? verb.onButton : verb.anywhere) return 'password field with a sign-in button';
    if (surface.isGate && surface.fields.length <= 3) return 'password field on a page of its own';
  }
  if (setsPassword || mayBeOwnForm) return undefined;
  if (surface.fields.some(isAccountField) && (verb.onButton || (surface.isGate && verb.anywhere))) {
    return 'account field with a sign-in verb';
  }
  return undefined;
}

const isQr = ({ box }: Surface['area']['pictures'][number]) =>
  box.w >= 90 && box.w <= 480 && box.h >= 90 && Math.abs(box.w - box.h) <= 0.15 * box.w;

/** A QR code for signing in, on a page, dialog or frame of its own. */
export function signInQr(surface: Surface): string | undefined {
  if (!(surface.isGate || surface.role === 'inline') || ![...surface.area.pictures].some(isQr)) return undefined;
  const text = `${surface.title}\n${surface.text}`;
  const saysLogin =
    qrSignIn.test(text) && (/登[录錄]|log ?in|sign ?in|已扫码|失效|过期|expired/i.test(text) || !qrOther.test(text));
  return saysLogin && !secondFactor.test(surface.headings.join(' ')) ? 'QR picture that signs in' : undefined;
}

/** A field for the name of an organisation, whose own sign-in follows. */
export function singleSignOn(surface: Surface): string | undefined {
  if (!surface.isGate) return undefined;
  const named = says(/^(?:single sign-?on|sso\b|单点登录|企业登录)/i, [...surface.headings, surface.title]);
  return named && surface.fields.length === 1 && surface.area.buttons.length > 0
    ? 'field for single sign-on'
    : undefined;
}

/** Other ways to sign in: providers, or a choice of accounts. */
export function otherSignIn(surface: Surface): string | undefined {
  if (!surface.isGate) return undefined;
  const offers = [...surface.area.buttons, ...surface.area.links].filter((text) => signInProvider.test(text.trim()));
  if (offers.length >= 2 || (offers.length === 1 && verbs(surface).anywhere)) {
    return 'buttons that sign in with another account';
  }
  const chooses = accountChooser.test(surface.text) && surface.area.buttons.length + surface.area.links.length > 0;
  return chooses ? 'choice of accounts' : undefined;
}

export function signInDemand(surface: Surface): string | undefined {
  const counts = surface.isGate || surface.isBareContent || surface.role === 'notice';
  // A link that invites to sign in is common on any page, so it does not count.
  const sentences = surface.lines.filter((line) => !surface.area.links.some((link) => line.text.startsWith(link)));
  if (!counts || !sentences.some((line) => signInNeeded.test(line.text))) return undefined;
  const offers = says(signInVerb, [...surface.area.buttons, ...surface.area.links]);
  const alone = surface.area.length < 300;
  if (surface.role !== 'notice' && offers && surface.area.length < 500)
    return 'says that a sign-in is needed, with its button';
  if (alone && surface.fields.length === 0) return 'says that a sign-in is needed';
  return undefined;
}

/** A short page whose only control is for signing in. */
export function onlySignIn(surface: Surface): string | undefined {
  if (!surface.isGate || surface.role !== 'page' || surface.area.length > 160 || !verbs(surface).onButton)
    return undefined;
  return surface.area.buttons.length <= 3 ? 'a sign-in button on a page of its own' : undefined;
}
