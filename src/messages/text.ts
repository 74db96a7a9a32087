export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/**
 * What a person reads, in every language. The texts of a part stand in its file here, both languages of a text side
 * by side. A text is made where its facts are known and is shown in one language where the reader is known.
 */
export type Text = Readonly<Record<Language, string>>;

/** A text without words, such as a command, a path or a name. */
export const same = (text: string): Text => ({ en: text, zh: text });

/** In English: `1 problem`, `2 problems`. */
export const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Texts as the parts of one sentence. */
export const listed = (texts: readonly Text[]): Text => ({
  en: texts.map(({ en }) => en).join('; '),
  zh: texts.map(({ zh }) => zh).join('；'),
});

/** A text made of others: calls `make` once for each language. */
export const inEach = (make: (language: Language) => string): Text => ({ en: make('en'), zh: make('zh') });

export const stop = /[.。!?！？]$/;

/** A sentence as a part of another one. */
export const withoutStop = ({ en, zh }: Text): Text => ({ en: en.replace(stop, ''), zh: zh.replace(stop, '') });

/** A part of a sentence as a line of its own. */
export const asLine = ({ en, zh }: Text): Text => ({ en: `${en.charAt(0).toUpperCase()}${en.slice(1)}`, zh });

/** The locale's language, as far as there are texts in it. */
export function localeLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const named = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'];
  return /^zh(?:[_.-]|$)/i.test(named ?? Intl.DateTimeFormat().resolvedOptions().locale) ? 'zh' : 'en';
}
