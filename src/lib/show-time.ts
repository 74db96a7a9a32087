import { inEach, type Language, type Text } from '../messages/text.js';
import { timeTexts } from '../messages/times.js';

export function showTime(iso: string, language: Language = 'en'): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return timeTexts.unknown[language];
  const two = (n: number) => String(n).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export const timeText = (iso: string): Text => inEach((language) => showTime(iso, language));
