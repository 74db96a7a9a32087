import { isAccountField } from './find-login.js';
import { hasDigitBoxes } from './find-second-factor.js';
import type { Box } from './in-page/visibility.js';
import type { Surface } from './surfaces.js';
import { codeSent, personCheck, personHint, pictureCode, secondFactor, sliderCaption } from './wording.js';

const goesOn = /验证|驗證|继续|開始|开始|确认|提交|verify|continue|begin|start|confirm|check|human|submit|proceed/i;

const near = (a: Box, b: Box) =>
  a.y < b.y + b.h + 60 && b.y < a.y + a.h + 60 && a.x < b.x + b.w + 40 && b.x < a.x + a.w + 40;

/** A caption that only says "drag me", next to an element that can be dragged. Counts even on a full page. */
export function slider(surface: Surface): string | undefined {
  const captions = surface.lines.filter((line) => sliderCaption.test(line.text.trim()));
  const caught = captions.some((line) => surface.area.handles.some((handle) => near(line.box, handle)));
  return caught ? 'slider with its caption' : undefined;
}

/** A picture of characters to type. Inside a sign-in form it belongs to that form and does not count here. */
export function pictureToType(surface: Surface): string | undefined {
  if (surface.fields.some((field) => field.type === 'password' || isAccountField(field))) return undefined;
  const asked = surface.isGate && pictureCode.test(surface.text);
  const pictured = surface.fields.some((field) => {
    const own = pictureCode.test(`${field.label} ${field.name}`);
    const around: Box = { ...field.box, y: field.box.y - 120, h: field.box.h + 240 };
    return surface.area.pictures.some(
      ({ box, about }) =>
        box.w >= 50 &&
        box.w <= 420 &&
        box.h >= 18 &&
        box.h <= 220 &&
        near(box, around) &&
        (own || asked || pictureCode.test(about)),
    );
  });
  return pictured && (surface.isGate || surface.role === 'inline') ? 'picture with characters to type' : undefined;
}

/** A text that asks for a person, on a short surface with a matching control. */
export function checkInWords(surface: Surface): string | undefined {
  // In a sign-in form such a text is the caption of a field; a signal tells of an open widget.
  if (!surface.isGate || surface.fields.some((field) => field.type === 'password' || isAccountField(field)))
    return undefined;
  const { handles, pictures, embeds, buttons } = surface.area;
  const hasControl = handles.length > 0 || embeds.length > 0 || pictures.some(({ box }) => box.w >= 60 && box.h >= 40);
  const text = surface.text;
  if (personCheck.test(text)) {
    if (hasControl || buttons.length > 0 || surface.fields.length > 0 || surface.area.length < 400) {
      return 'asks to show that one is a person';
    }
  }
  const otherFactor =
    secondFactor.test(text) && (codeSent.test(text) || surface.fields.length > 0 || hasDigitBoxes(surface.fields));
  // A QR code identifies the account's owner; it is not a check that any person can pass.
  if (otherFactor || /扫码|扫描|扫一扫|scan /i.test(text)) return undefined;
  const hinted = personHint.test(`${surface.title}\n${text}`);
  if (hinted && (hasControl || buttons.some((button) => goesOn.test(button)))) {
    return 'speaks of a check, with its control';
  }
  return undefined;
}
