export const deliverTexts = {
  account: {
    en: 'account name (default: all that are enabled and have targets)',
    zh: '账号名（默认：所有已启用且有投递目标的账号）',
  },
  about: { en: 'write the current key to its targets; renews nothing', zh: '把当前密钥投递到各个目标；不续期' },
  check: {
    en: 'only report which targets hold the current key; exit with code 1 if any does not',
    zh: '只报告哪些目标已有当前密钥；有目标没有时，退出码为 1',
  },
  replace: {
    en: 'replace a text that is no known key, too; a reference or an encrypted value never',
    zh: '也替换不是已知密钥的文本；引用和加密的值不会被替换',
  },
  delivered: { en: 'delivered', zh: '已投递' },
  resting: { en: 'not tried again yet', zh: '稍后再试' },
  held: { en: 'already there', zh: '早已在目标里' },
  holds: { en: 'holds the current key', zh: '已有当前密钥' },
  lacks: { en: 'does not hold the current key', zh: '没有当前密钥' },
  byRecord: { en: ' (from the record)', zh: '（根据记录）' },
} as const;
