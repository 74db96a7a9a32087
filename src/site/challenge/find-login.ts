import type { Field } from './page-facts.js';
import type { Surface } from './surfaces.js';
import {
  accountChooser,
  askedAgain,
  codeName,
  pictureCode,
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
  if (/^(?:username|email|tel|tel-national)$/.test(field.autocomplete.split(' ').at(-1) ?? '')) return true;
  return field.type === 'email' || field.type === 'tel' || accountLabel.test(`${field.label} ${field.name}`);
}

const says = (pattern: RegExp, texts: readonly string[]) => texts.some((text) => pattern.test(text.trim()));

function verbs(surface: Surface) {
  const onButton = says(signInVerb, surface.area.buttons);
  // Tabs appear side by side in one line: 短信登录 密码登录.
  const short = surface.shortLines.flatMap((text) => [text, ...text.split(/\s+|[|/]/)]);
  const titles = surface.title.split(/\s+[-–—|·]\s+/);
  return { onButton, anywhere: onButton || says(signInVerb, [...surface.headings, ...short, ...titles]) };
}

const otherPurpose =
  /^(?:save|create|add|connect|invite|update|generate|test|保存|创建|新建|新增|添加|连接|邀请|更新|测试)/i;

/** A form without a word of signing in: its other fields tell of the account, and its buttons of nothing else. */
function asksOnlyForSignIn({ fields, area }: Surface): boolean {
  const others = fields.filter((field) => !isPassword(field));
  const belongs = (field: Field) =>
    isAccountField(field) || codeName.test(field.label) || pictureCode.test(field.label);
  return others.every(belongs) && !says(otherPurpose, area.buttons);
}

/** A sign-in form: a password or account field together with a sign-in verb, or a password field on its own page. */
export function signInForm(surface: Surface): boolean {
  if (surface.role === 'notice') return false;
  const passwords = surface.fields.filter(isPassword);
  const newOnes = surface.fields.filter((field) => field.type === 'password' && !isPassword(field));
  const verb = verbs(surface);
  const mayBeOwnForm = surface.inShell && surface.role === 'page';
  const titles = `${surface.headings.join(' ')} ${surface.title}`;
  if (newOnes.length > 0 || passwords.length > 1 || newPassword.test(titles)) return false;
  if (passwords.length === 1) {
    if (mayBeOwnForm ? verb.onButton : verb.anywhere) return true;
    if (surface.isGate && surface.fields.length <= 3 && asksOnlyForSignIn(surface)) return true;
  }
  if (mayBeOwnForm || !surface.fields.some(isAccountField)) return false;
  return verb.onButton || (surface.isGate && verb.anywhere);
}

/** A page or dialog that asks a signed-in person for the password once more, before something that matters. */
export function passwordAgain({ role, fields, area, headings, title, text }: Surface): boolean {
  if (role !== 'page' && role !== 'front') return false;
  const passwords = fields.filter((field) => field.type === 'password');
  if (passwords.length !== 1 || !isPassword(passwords[0]!) || fields.length > 3) return false;
  const isShort = area.length < 600;
  return says(askedAgain, [...headings, title]) || (isShort && askedAgain.test(text));
}

const isQr = ({ box }: Surface['area']['pictures'][number]) =>
  box.w >= 90 && box.w <= 480 && box.h >= 90 && Math.abs(box.w - box.h) <= 0.15 * box.w;

/** A QR code for signing in, on a page, dialog or frame of its own. */
export function signInQr(surface: Surface): boolean {
  if (!(surface.isGate || surface.role === 'inline') || !surface.area.pictures.some(isQr)) return false;
  const text = surface.titleAndText;
  const saysLogin = /登[录錄]|log ?in|sign ?in|已扫码|失效|过期|expired/i.test(text) || !qrOther.test(text);
  return qrSignIn.test(text) && saysLogin && !secondFactor.test(surface.headings.join(' '));
}

/** A field for the name of an organisation, whose own sign-in follows. */
export function singleSignOn({ isGate, headings, title, fields, area }: Surface): boolean {
  const named = says(/^(?:single sign-?on|sso\b|单点登录|企业登录)/i, [...headings, title]);
  return isGate && named && fields.length === 1 && area.buttons.length > 0;
}

/** Other ways to sign in: providers, or a choice of accounts. */
export function otherSignIn(surface: Surface): boolean {
  const offers = [...surface.area.buttons, ...surface.area.links];
  const providers = offers.filter((text) => signInProvider.test(text.trim()));
  const isOffered = providers.length >= 2 || (providers.length === 1 && verbs(surface).anywhere);
  return surface.isGate && (isOffered || (offers.length > 0 && accountChooser.test(surface.text)));
}

/** Says that a sign-in is needed: with its button, or with nothing else. */
export function signInDemand(surface: Surface): boolean {
  const { area, role, fields } = surface;
  // A link that invites to sign in is common on any page, so it does not count.
  const sentences = surface.lines.filter((line) => !area.links.some((link) => line.text.startsWith(link)));
  const counts = surface.isGate || surface.isBareContent || role === 'notice';
  if (!counts || !sentences.some((line) => signInNeeded.test(line.text))) return false;
  const isOffered = role !== 'notice' && area.length < 500 && says(signInVerb, [...area.buttons, ...area.links]);
  return isOffered || (area.length < 300 && fields.length === 0);
}

/** A short page whose only control is for signing in. */
export const onlySignIn = (surface: Surface): boolean =>
  surface.isGate &&
  surface.role === 'page' &&
  surface.area.length <= 160 &&
  surface.area.buttons.length <= 3 &&
  verbs(surface).onButton;
