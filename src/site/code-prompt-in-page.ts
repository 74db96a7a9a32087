/* These functions run inside the page. Playwright sends their source text, so they use nothing outside themselves. */

/** The control nearest to the field that submits the code, or that requests another code. */
export function findCodeControl(field: HTMLElement, wanted: 'submit' | 'resend'): HTMLElement | null {
  const resends =
    /重新?(?:发送|获取)|重发|再次(?:发送|获取)|(?:获取|发送)(?:短信|语音)?验证码|(?:re-?send|send (?:it )?again|(?:send|get) (?:a )?(?:new )?code|new code)|秒后|\d+\s*s\b/i;
  const confirms =
    /^\s*(?:确\s*定|确\s*认|提\s*交|验\s*证|立即验证|完\s*成|下一步|继\s*续|登\s*录|verify|confirm|submit|continue|next|done|ok|sign ?in|log ?in)(?:\s|$|[并且验身].*)/i;
  const refuses = /取\s*消|关\s*闭|返\s*回|其他方式|cancel|close|back|another way/i;
  const textOf = (element: HTMLElement) =>
    (element.innerText || element.getAttribute('value') || element.getAttribute('aria-label') || '').trim();
  const isSeen = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  type Scope = Element | ShadowRoot;
  const parentOf = (scope: Scope): Scope | null => {
    if (scope instanceof ShadowRoot) return scope.host;
    const root = scope.getRootNode();
    return scope.parentElement ?? (root instanceof ShadowRoot ? root : null);
  };
  const plain = 'button, input[type=submit], input[type=button], a, [role=button]';
  // Consoles build buttons from any element; the resend control is often a span.
  const any = wanted === 'resend' ? `${plain}, span, div` : plain;
  let scope: Scope | null = field;
  for (let up = 0; scope && up < 12; up += 1, scope = parentOf(scope)) {
    const found = [...scope.querySelectorAll<HTMLElement>(any)].filter(isSeen).filter((element) => {
      const text = textOf(element);
      if (text === '' || text.length > 40 || refuses.test(text)) return false;
      if (wanted === 'resend')
        return resends.test(text) && element.querySelector(plain) === null && !element.contains(field);
      return confirms.test(text) && !resends.test(text);
    });
    const best = found.find((element) => element.matches(plain)) ?? found.at(-1);
    if (best) return best;
    const sends =
      wanted === 'submit' ? scope.querySelector<HTMLElement>('button[type=submit], input[type=submit]') : null;
    if (sends && isSeen(sends) && !resends.test(textOf(sends))) return sends;
    if (scope instanceof Element && scope.matches('dialog, [role=dialog], [aria-modal="true"]')) break;
  }
  return null;
}

/** The visible text around the field, and that of alerts and toasts anywhere on the page. Excludes input values. */
export function promptText(field: HTMLElement): string {
  if (!field.isConnected) return '';
  const dialog = field.closest('dialog, [role=dialog], [aria-modal="true"], form');
  let around: Element = dialog ?? field;
  for (let up = 0; !dialog && up < 6; up += 1) {
    const root = around.getRootNode();
    around = around.parentElement ?? (root instanceof ShadowRoot ? root.host : around);
  }
  // The host's `innerText` does not include the text inside its shadow root.
  const inside = field.getRootNode() instanceof ShadowRoot ? [...(field.getRootNode() as ShadowRoot).children] : [];
  const notices = [
    ...document.querySelectorAll<HTMLElement>('[role=alert], [role=status], [class*="toast" i], [class*="message" i]'),
  ].filter((element) => element.innerText.length > 0 && element.innerText.length < 120);
  return [around, ...inside, ...notices].map((element) => (element as HTMLElement).innerText ?? '').join('\n');
}
