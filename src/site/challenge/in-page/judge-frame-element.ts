import { boxOf, hiddenFields, placeOf, proseAbove, visibleBox } from './visibility.js';

/** What a frame's element shows in its parent document. */
export function judgeFrameElement(element: Element, tokenSelector: string) {
  const seen = visibleBox(element, 20, { evenFaint: true });
  const box = seen ?? boxOf(element);
  const holder = element.closest('form') ?? element.ownerDocument;
  const widget = element.closest('[data-sitekey]');
  const tokens = [...holder.querySelectorAll<HTMLInputElement>(tokenSelector), ...(widget ? hiddenFields(widget) : [])];
  const middleX = box.x + box.w / 2;
  const middleY = box.y + box.h / 2;
  return {
    seen: seen !== undefined,
    box,
    place: placeOf(element),
    onScreen: middleX >= 0 && middleY >= 0 && middleX < innerWidth && middleY < innerHeight,
    src: (element as HTMLIFrameElement).src || element.getAttribute('data') || '',
    /** A hidden response field next to it is filled, so the widget was passed. */
    tokenFilled:
      tokens.some((input) => input.value.length > 0) || (element.getAttribute('data-hcaptcha-response') ?? '') !== '',
    coversScreen: box.w * box.h >= 0.5 * innerWidth * innerHeight,
    proseAbove: proseAbove(box.y),
  };
}
