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

/** Four to eight narrow inputs in one row: each takes one digit, or the first takes all digits. */
export const hasDigitBoxes = (fields: readonly Field[]): boolean => digitBoxes(fields) !== undefined;

/** The inputs of such a row, from left to right. */
function digitBoxes(fields: readonly Field[]): readonly Field[] | undefined {
  const narrow = fields.filter((field) => (field.box.w <= 90 && field.type !== 'password' ? true : field.box.w <= 60));
  const rows = narrow.map((first) => narrow.filter((field) => Math.abs(field.box.y - first.box.y) <= 6));
  const found = rows.find((row) => {
    if (row.length < 4 || row.length > 8) return false;
    const [lead, ...rest] = row;
    const eachOne = row.every((field) => field.maxLength === 1);
    const firstTakesAll =
      lead!.maxLength >= 4 &&
      lead!.maxLength <= 8 &&
      rest.every((field) => field.maxLength === -1 || field.maxLength === 1);
    return eachOne || firstTakesAll;
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
  return surface.fields.length === 1 && secondFactor.test(`${surface.title}\n${surface.text}`) ? surface.fields : [];
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

export function codePrompt(surface: Surface): string | undefined {
  if (surface.role === 'notice' || surface.fields.some(isAccountField)) return undefined;
  const context = `${surface.title}\n${surface.text}\n${surface.area.buttons.join('\n')}`;
  const labels = surface.fields.map((field) => field.label).join('\n');
  const asked = secondFactor.test(context) || codeSent.test(context) || codeName.test(`${context}\n${labels}`);
  const fields = surface.fields.filter((field) => isCodeField(field, surface));
  const boxes = hasDigitBoxes(surface.fields) && !otherCodes.test(context);
  const onlyField =
    surface.fields.length === 1 && secondFactor.test(context) && codeSent.test(context) && !otherCodes.test(labels);
  if (fields.length === 0 && !boxes && !(onlyField && surface.isGate)) return undefined;

  if (surface.isGate || surface.role === 'inline') {
    const strong = boxes || fields.some((field) => field.autocomplete.includes('one-time-code') || field.overSlots);
    if (strong ? asked || fields.length > 0 : asked && surface.fields.length <= 3) {
      return boxes ? 'row of one-digit inputs' : 'code input with its own label';
    }
    return undefined;
  }
  // Within other content, a code input counts only when a code was sent and nothing is being set up.
  const setsUp =
    surface.area.buttons.some((text) => enrols.test(text)) ||
    /绑定|启用|修改|更换|change|enable/i.test(surface.headings.join(' '));
  if (secondFactor.test(context) && codeSent.test(context) && !setsUp && surface.fields.length <= 8) {
    return 'code input in the page, with a code on its way';
  }
  return undefined;
}

/** A second factor without a code to type: another device, a security key, or a choice of methods. */
export function otherFactor(surface: Surface): string | undefined {
  if (!surface.isGate || surface.fields.some(isAccountField)) return undefined;
  const offers = [...surface.area.buttons, ...surface.area.links];
  if (surface.fields.length === 0 && offers.some((text) => optionalOffer.test(text))) return undefined;
  const text = `${surface.title}\n${surface.text}`;
  if (otherDevice.test(text) && surface.area.length < 700) return 'waits for another device or a key';
  if (
    secondFactor.test(`${surface.title}\n${surface.headings.join('\n')}`) &&
    offers.some((offer) => otherWay.test(offer))
  ) {
    return 'second factor, with a link to other ways';
  }
  const named = secondFactor.test(`${surface.title}\n${surface.headings.join('\n')}`);
  if (named && /扫|scan/i.test(text) && surface.area.pictures.some(({ box }) => box.w >= 90 && box.h >= 90)) {
    return 'QR picture that proves who one is';
  }
  if (factorChoice.test(text)) return 'asks to choose a way to prove oneself';
  const methods = new Set(
    [...offers, ...surface.lines.map((line) => line.text).filter((line) => line.length <= 40)].filter((line) =>
      methodName.test(line),
    ),
  );
  if (named && methods.size >= 2 && offers.length > 0) return 'list of ways to prove oneself';
  if (
    named &&
    surface.area.length < 300 &&
    surface.area.buttons.some((button) =>
      /获取|发送|去验证|立即验证|开始验证|send|get code|verify|continue|text me|call me/i.test(button),
    ) &&
    methods.size >= 1
  ) {
    return 'button that sends a code';
  }
  return undefined;
}

/** A personal question after the sign-in, which only the owner can answer. */
export function personalQuestion(surface: Surface): string | undefined {
  if (!surface.isGate || surface.fields.length === 0 || surface.fields.length > 3) return undefined;
  const text = `${surface.title}\n${surface.text}`;
  const asks =
    /(?:身份证|证件)(?:号)?(?:码)?(?:的)?(?:后|末|前)?[四六\d]?位?|密保问题|安全问题|security question|last (?:four|4) digits|recovery phrase/i;
  return asks.test(text) && secondFactor.test(text) ? 'personal question' : undefined;
}
