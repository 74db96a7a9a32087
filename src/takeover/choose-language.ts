import type { Language } from '../messages/text.js';

/** The language that the browser prefers in `Accept-Language`; English when it names neither. */
export function chooseLanguage(header: string | undefined): Language {
  const wishes = (header ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = parameters
      .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
      .find((q) => q !== undefined);
    return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
  });
  const known = wishes.filter(({ language, weight }) => (language === 'zh' || language === 'en') && weight > 0);
  known.sort((a, b) => b.weight - a.weight);
  return known[0]?.language === 'zh' ? 'zh' : 'en';
}
