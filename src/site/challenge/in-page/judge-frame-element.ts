import type { FrameElementFacts } from '../page-facts.js';
import { createVisibility } from './visibility.js';

export function judgeFrameElement(element: Element, tokenSelector: string): FrameElementFacts {
  const visibility = createVisibility();
  const seen = visibility.visibleBox(element, 20, { evenFaint: true });
  const box = seen ?? visibility.boxOf(element);
  const holder = element.closest('form') ?? element.ownerDocument;
  const tokens = [...holder.querySelectorAll<HTMLInputElement>(tokenSelector)];
  const middleX = box.x + box.w / 2;
  const middleY = box.y + box.h / 2;
  let proseAbove = 0;
  for (const block of document.querySelectorAll('p, li')) {
    const text = block.textContent.trim();
    const at = block.getBoundingClientRect();
    if (text.length >= 40 && at.height > 0 && at.bottom <= box.y + 4) {
      proseAbove += text.length + (text.match(/[\u3040-\u9fff]/g)?.length ?? 0);
    }
  }
  return {
    seen: seen !== undefined,
    box,
    place: visibility.placeOf(element),
    onScreen: middleX >= 0 && middleY >= 0 && middleX < innerWidth && middleY < innerHeight,
    src: (element as HTMLIFrameElement).src || element.getAttribute('data') || '',
    tokenFilled:
      tokens.some((input) => input.value.length > 0) || (element.getAttribute('data-hcaptcha-response') ?? '') !== '',
    coversScreen: box.w * box.h >= 0.5 * innerWidth * innerHeight,
    proseAbove,
  };
}
