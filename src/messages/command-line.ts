import type { Language } from './text.js';

/** What every command prints. */
export const commandLineTexts = {
  error: { en: 'error', zh: '错误' },
  next: { en: 'next:', zh: '下一步：' },
  warning: { en: 'warning:', zh: '警告：' },
  colon: { en: ': ', zh: '：' },
  interrupted: {
    en: 'interrupted; the next run settles what this one began',
    zh: '已中断；没有做完的步骤由下一次运行处理',
  },
} as const;

/** The line that names the command to run next. */
export function nextLine(command: string, language: Language): string {
  return `${commandLineTexts.next[language]} ${command}\n`;
}
