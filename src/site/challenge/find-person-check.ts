import { isAccountField } from './find-login.js';
import type { Box } from './in-page/visibility.js';
import type { Surface } from './surfaces.js';
import { codeSent, personCheck, personHint, pictureCode, secondFactor, sliderCaption } from './wording.js';

const goesOn = /验证|驗證|继续|開始|开始|确认|提交|verify|continue|begin|start|confirm|check|human|submit|proceed/i;

/** The buttons of a banner about cookies, whose text may mention robots. */
const consents =
  /^(?:accept|reject|allow|decline|deny) all(?: cookies)?$|^(?:全部|一律)?(?:接受|拒绝|允许)(?:所有|全部)?(?:\s*cookies?)?$/i;

const near = (a: Box, b: Box) =>
  a.y < b.y + b.h + 60 && b.y < a.y + a.h + 60 && a.x < b.x + b.w + 40 && b.x < a.x + a.w + 40;

const isSignIn = ({ fields }: Surface) => fields.some((field) => field.type === 'password' || isAccountField(field));

/** A caption that only says "drag me", next to an element that can be dragged. Counts even on a full page. */
export function slider({ lines, area }: Surface): boolean {
  const captions = lines.filter((line) => sliderCaption.test(line.text.trim()));
  return captions.some((line) => area.handles.some((handle) => near(line.box, handle)));
}

/** A picture of characters to type. Inside a sign-in form it belongs to that form and does not count here. */
export function pictureToType(surface: Surface): boolean {
  if (isSignIn(surface) || !(surface.isGate || surface.role === 'inline')) return false;
  const asked = surface.isGate && pictureCode.test(surface.text);
  const isCode = ({ w, h }: Box) => w >= 50 && w <= 420 && h >= 18 && h <= 220;
  const pictures = surface.area.pictures.filter(({ box }) => isCode(box));
  return surface.fields.some((field) => {
    const own = pictureCode.test(`${field.label} ${field.name}`);
    const around: Box = { ...field.box, y: field.box.y - 120, h: field.box.h + 240 };
    return pictures.some(({ box, about }) => near(box, around) && (own || asked || pictureCode.test(about)));
  });
}

/** A text that asks for a person, on a short surface with a matching control. */
export function checkInWords(surface: Surface): boolean {
  // In a sign-in form such a text is the caption of a field; a signal tells of an open widget.
  if (!surface.isGate || isSignIn(surface)) return false;
  const { text, fields, area } = surface;
  if (area.buttons.some((button) => consents.test(button.trim()))) return false;
  const { handles, pictures, embeds, buttons } = area;
  const hasControl = handles.length > 0 || embeds.length > 0 || pictures.some(({ box }) => box.w >= 60 && box.h >= 40);
  const isShort = hasControl || buttons.length > 0 || fields.length > 0 || area.length < 400;
  if (isShort && personCheck.test(text)) return true;
  // A QR code identifies the account's owner; it is not a check that any person can pass.
  const identifies = secondFactor.test(text) && (codeSent.test(text) || fields.length > 0);
  if (identifies || /扫码|扫描|扫一扫|scan /i.test(text)) return false;
  const isOffered = hasControl || buttons.some((button) => goesOn.test(button));
  return isOffered && personHint.test(surface.titleAndText);
}
