import { takeoverPageTexts as texts } from '../../messages/takeover-page.js';
import type { Text } from '../../messages/text.js';

const page = document.documentElement;
page.lang ||= navigator.languages.find((tag) => /^(?:zh|en)\b/.test(tag)) ?? 'en';
const language = page.lang.startsWith('zh') ? 'zh' : 'en';

/** The text of this name in the viewer's language, with each `{name}` filled in from `values`. */
export function text(name: string, values: Readonly<Record<string, string>> = {}): string {
  return ((texts as Readonly<Record<string, Text>>)[name]?.[language] ?? name).replace(
    /\{(\w+)\}/g,
    (_, key: string) => values[key] ?? '',
  );
}

export function fillTexts(): void {
  document.title = text('title');
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
    element.textContent = text(element.dataset['text'] ?? '');
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]'))
    element.setAttribute('aria-label', text(element.dataset['label'] ?? ''));
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
