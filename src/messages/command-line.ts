/** What every command prints. */
export const commandLineTexts = {
  error: { en: 'error', zh: '错误' },
  next: { en: 'next:', zh: '下一步：' },
  interrupted: {
    en: 'interrupted; the next run settles what this one began',
    zh: '已中断；没有做完的步骤由下一次运行处理',
  },
} as const;
