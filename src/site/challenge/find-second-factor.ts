import { isAccountField } from './find-login.js';
import type { Field } from './page-facts.js';
import type { Surface } from './surfaces.js';
import { codeName, codeSent, otherDevice, pictureCode, factorChoice, secondFactor } from './wording.js';

const otherCodes =
  /邀请码|兑换码|优惠码|推荐码|激活码|序列号|邮政编码|邮编|卡号|税号|区号|验证码图|invit|redeem|gift|coupon|promo|referral|licen[cs]e|postal|zip|country code|card|cvv|cvc|amount|voucher/i;
const optionalOffer =
  /以后再说|暂不|稍后|跳过|下次|不再提醒|去开启|立即开启|去设置|立即设置|not now|later|skip|no thanks|remind me|dismiss|set ?up|turn on|enable/i;
const enrols = /绑定|启用|开启|添加|enable|turn on|set ?up|add /i;
const otherWay =
  /(?:其他|其它|别的|更多|换一?种|切换|更换)[^。]{0,6}(?:方式|方法)|(?:another|other|different) (?:way|method|option)|can[’']?t use/i;
const methodName =
  /短信|手机|邮箱|邮件|语音|MFA|动态口令|身份验证器|安全密钥|U2F|人脸|刷脸|密保|通行密钥|text message|sms|call|email|authenticator|security key|passkey|recovery|backup/i;

const sends = /获取|发送|去验证|立即验证|开始验证|send|get code|verify|continue|text me|call me/i;

/** Four to eight narrow inputs in one row: each takes one digit, or the first takes all digits. From left to right. */
export function digitBoxes(fields: readonly Field[]): readonly Field[] | undefined {
  const narrow = fields.filter(({ box, type }) => box.w <= (type === 'password' ? 60 : 90));
  const rows = narrow.map((first) => narrow.filter((field) => Math.abs(field.box.y - first.box.y) <= 6));
  const found = rows.find((row) => {
    const [lead, ...rest] = row.map((field) => field.maxLength);
    const firstTakesAll = lead! >= 4 && lead! <= 8 && rest.every((length) => length === -1 || length === 1);
    return row.length >= 4 && row.length <= 8 && (firstTakesAll || [lead, ...rest].every((length) => length === 1));
  });
  return found?.toSorted((a, b) => a.box.x - b.box.x);
}

/** The fields for a code on this surface: one input, a row of one-digit inputs, or none. */
export function codeFieldsOf(surface: Surface): readonly Field[] {
  if (surface.role === 'notice' || surface.fields.some(isAccountField)) return [];
  const boxes = digitBoxes(surface.fields);
  if (boxes) return boxes;
  const named = surface.fields.find((field) => isCodeField(field, surface));
  if (named) return [named];
  return surface.fields.length === 1 && secondFactor.test(surface.titleAndText) ? surface.fields : [];
}

function isCodeField(field: Field, surface: Surface): boolean {
  if (!['text', 'tel', 'number', 'password', 'search', ''].includes(field.type)) return false;
  if (field.autocomplete.includes('one-time-code')) return true;
  const own = `${field.label} ${field.name.replace(/[_-]/g, ' ')}`;
  if (otherCodes.test(own) || pictureCode.test(field.label)) return false;
  if (codeName.test(own)) return true;
  const shaped = (field.maxLength >= 4 && field.maxLength <= 10) || field.inputMode === 'numeric';
  return shaped && !otherCodes.test(surface.text) && codeName.test(surface.text);
}

/** A field or a row of fields for a code. */
export function codePrompt(surface: Surface): boolean {
  const { area, fields, headings } = surface;
  if (surface.role === 'notice' || fields.some(isAccountField)) return false;
  const context = `${surface.titleAndText}\n${area.buttons.join('\n')}`;
  const labels = fields.map((field) => field.label).join('\n');
  const isFactor = secondFactor.test(context);
  const isSent = codeSent.test(context);
  const asked = isFactor || isSent || codeName.test(`${context}\n${labels}`);
  const named = fields.filter((field) => isCodeField(field, surface));
  const boxes = digitBoxes(fields) !== undefined && !otherCodes.test(context);
  const isOnlyField = surface.isGate && fields.length === 1 && isFactor && isSent && !otherCodes.test(labels);
  if (named.length === 0 && !boxes && !isOnlyField) return false;

  if (surface.isGate || surface.role === 'inline') {
    const strong = boxes || named.some((field) => field.autocomplete.includes('one-time-code') || field.overSlots);
    return strong ? asked || named.length > 0 : asked && fields.length <= 3;
  }
  // Within other content, a code input counts only when a code was sent and nothing is being set up.
  const setsUp =
    area.buttons.some((text) => enrols.test(text)) || /绑定|启用|修改|更换|change|enable/i.test(headings.join(' '));
  return isFactor && isSent && !setsUp && fields.length <= 8;
}

/** A second factor without a code to type: another device, a security key, a QR code, or a choice of methods. */
export function otherFactor(surface: Surface): boolean {
  const { area, fields } = surface;
  if (!surface.isGate || fields.some(isAccountField)) return false;
  const offers = [...area.buttons, ...area.links];
  if (fields.length === 0 && offers.some((text) => optionalOffer.test(text))) return false;
  const text = surface.titleAndText;
  if ((otherDevice.test(text) && area.length < 700) || factorChoice.test(text)) return true;
  if (!secondFactor.test(`${surface.title}\n${surface.headings.join('\n')}`)) return false;
  const showsQr = /扫|scan/i.test(text) && area.pictures.some(({ box }) => box.w >= 90 && box.h >= 90);
  const methods = new Set([...offers, ...surface.shortLines].filter((line) => methodName.test(line)));
  return (
    showsQr ||
    offers.some((offer) => otherWay.test(offer)) ||
    (methods.size >= 2 && offers.length > 0) ||
    (methods.size >= 1 && area.length < 300 && area.buttons.some((button) => sends.test(button)))
  );
}

const personal =
  /(?:身份证|证件)(?:号)?(?:码)?(?:的)?(?:后|末|前)?[四六\d]?位?|密保问题|安全问题|security question|last (?:four|4) digits|recovery phrase/i;

/** A personal question after the sign-in, which only the owner can answer. */
export function personalQuestion({ isGate, fields, titleAndText }: Surface): boolean {
  const isAsked = personal.test(titleAndText) && secondFactor.test(titleAndText);
  return isGate && fields.length > 0 && fields.length <= 3 && isAsked;
}
