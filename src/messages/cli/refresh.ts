export const refreshTexts = {
  about: {
    en: 'renew the keys that are due; takes milliseconds when none is',
    zh: '为到期的密钥续期；没有到期的密钥时只需几毫秒',
  },
  force: { en: 'renew keys that are not due too', zh: '没到期也续期' },
  dryRun: {
    en: 'use the real page, but stop before the step that changes the key',
    zh: '在真实页面上演练，到更换密钥之前停下',
  },
  runHooks: {
    en: 'with --dry-run: run the hooks too, with KEYTURN_DRY_RUN=1',
    zh: '与 --dry-run 连用：也运行钩子，并设置 KEYTURN_DRY_RUN=1',
  },
  headed: { en: 'show the browser, so that you can help', zh: '显示浏览器窗口，由你当场处理' },
  quiet: { en: 'hide progress and accounts that are not due', zh: '不显示进度，也不显示没到期的账号' },
  scheduled: { en: 'started by the schedule', zh: '由定时任务启动' },
  detailedExitcode: { en: 'exit with code 10 when a key was renewed', zh: '有密钥续期时，退出码为 10' },
  allOff: { en: 'nothing to do: every account is disabled', zh: '无事可做：所有账号都已停用' },
} as const;
