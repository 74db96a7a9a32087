import type { Text } from '../text.js';

export const scheduleTexts = {
  about: {
    en: 'renew every hour with a systemd user timer, launchd or cron',
    zh: '用 systemd 用户定时器、launchd 或 cron 每小时续期一次',
  },
  install: { en: 'install or update the schedule; safe to run again', zh: '安装或更新定时任务；可以重复运行' },
  with: { en: 'default: the best one on this machine', zh: '默认：本机最合适的一种' },
  watch: {
    en: 'keep `keyturn watch` running instead of an hourly refresh',
    zh: '让 `keyturn watch` 一直运行，而不是每小时 refresh 一次',
  },
  watchInstead: {
    en: 'Feishu is set up. An hourly run hears your answers only while it waits (15 minutes). Keep `keyturn watch` running instead, which hears them at any hour?',
    zh: '已设置飞书。每小时的任务只在等待期间（15 分钟）收得到你的回答。改为让 `keyturn watch` 一直运行、随时接收回答吗？',
  },
  print: { en: 'print what would be written; change nothing', zh: '只打印将要写入的内容，不做任何更改' },
  status: {
    en: "show the scheduler's next start time and the last run",
    zh: '显示调度器给出的下次启动时间和上一次运行',
  },
  remove: { en: 'remove everything that install wrote', zh: '删除 install 写入的所有内容' },
  then: { en: 'then:', zh: '然后：' },
  watchRuns: { en: 'keyturn watch stays running', zh: 'keyturn watch 一直运行' },
  refreshRuns: { en: 'keyturn refresh runs every hour', zh: 'keyturn refresh 每小时运行一次' },
  alreadyInstalled: { en: 'already installed: ', zh: '早已安装：' },
  wasNotInstalled: { en: 'no schedule was installed', zh: '本来就没有安装定时任务' },
  lastRun: { en: 'last run:', zh: '上次运行：' },
  note: { en: 'note:', zh: '注意：' },
  noRunYet: { en: 'none yet', zh: '还没有' },
  jobRuns: (what: Text): Text => ({ en: `${what.en}, running now`, zh: `${what.zh}，正在运行` }),
  next: (what: Text, time: Text, span: Text, source: Text | undefined): Text => ({
    en: `${what.en}, next at ${time.en} (in ${span.en}), as ${source?.en ?? 'it'} says`,
    zh: `${what.zh}，下次运行 ${time.zh}（${span.zh}后），据 ${source?.zh ?? '调度器'}`,
  }),
  watchRunning: (holder: Text): Text => ({ en: `watch is running: ${holder.en}`, zh: `watch 正在运行：${holder.zh}` }),
  changes: {
    written: { en: 'written', zh: '已写入' },
    updated: { en: 'updated', zh: '已更新' },
    removed: { en: 'removed', zh: '已删除' },
    started: { en: 'started', zh: '已启动' },
    stopped: { en: 'stopped', zh: '已停止' },
  },
  ran: (at: string, ago: string, outcome: string, exitCode: number): Text => ({
    en: `${at} (${ago} ago), ${outcome} (exit code ${exitCode})`,
    zh: `${at}（${ago} 前），${outcome}（退出码 ${exitCode}）`,
  }),
} as const;
