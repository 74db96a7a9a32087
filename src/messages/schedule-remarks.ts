import type { Text } from './text.js';

/** What schedulers are called, and what is found about an installed schedule, a line each. */
export const scheduleRemarks = {
  systemdJob: (isTimer: boolean, unit: string): Text => ({
    en: `the systemd user ${isTimer ? 'timer' : 'service'} ${unit}`,
    zh: `systemd 用户${isTimer ? '定时器' : '服务'} ${unit}`,
  }),
  launchdJob: (label: string): Text => ({ en: `the LaunchAgent ${label}`, zh: `LaunchAgent ${label}` }),
  cronJob: (user: string, isRunning: boolean): Text => ({
    en: `the crontab of ${user}${isRunning ? ', with a cron daemon running' : ''}`,
    zh: `${user} 的 crontab${isRunning ? '，cron 守护进程正在运行' : ''}`,
  }),
  crontab: { en: 'the crontab', zh: 'crontab' },
  titles: {
    systemd: { en: 'a systemd user timer', zh: 'systemd 用户定时器' },
    launchd: { en: 'a LaunchAgent', zh: 'LaunchAgent' },
    cron: { en: 'a line in the crontab', zh: 'crontab 里的一行' },
  },
  wasChosen: (title: Text, why: Text): Text => ({
    en: `${title.en} was chosen: ${why.en}`,
    zh: `选用了 ${title.zh}：${why.zh}`,
  }),

  notThere: (path: string): Text => ({ en: `${path} is not there`, zh: `${path} 不存在` }),
  isGone: (path: string): Text => ({
    en: `${path}, which the schedule starts, is gone`,
    zh: `定时任务要启动的 ${path} 已不存在`,
  }),
  noScheduler: (name: string): Text => ({ en: `this system has no ${name}`, zh: `这个系统没有 ${name}` }),
  notLoaded: (scheduler: string, job: string): Text => ({
    en: `${scheduler} has not loaded ${job}`,
    zh: `${scheduler} 没有加载 ${job}`,
  }),
  notActive: (unit: string, state: string): Text => ({
    en: `${unit} is not active (${state})`,
    zh: `${unit} 没有激活（${state}）`,
  }),
  notRunning: (job: string): Text => ({ en: `${job} is not running`, zh: `${job} 没有运行` }),
  noTime: (scheduler: string, job: string): Text => ({
    en: `${job} is active, but ${scheduler} names no next time`,
    zh: `${job} 已激活，但 ${scheduler} 没有给出下次运行时间`,
  }),
  notEnabled: (unit: string): Text => ({
    en: `${unit} is not enabled: it will be gone after the next start of the machine`,
    zh: `${unit} 没有启用：电脑重启后它就不再运行`,
  }),
  onlyLoggedIn: { en: 'runs only while you are logged in', zh: '只在你登录期间运行' },
  notInCrontab: (isDamaged: boolean): Text => ({
    en: `keyturn's lines are not in the crontab${isDamaged ? ' as a whole' : ''}`,
    zh: isDamaged ? 'crontab 里 keyturn 的内容不完整' : 'crontab 里没有 keyturn 的内容',
  }),
  lineOff: { en: 'the line in the crontab is switched off', zh: 'crontab 里的这一行已被注释掉' },
  noCron: { en: 'no cron daemon is running', zh: 'cron 守护进程没有运行' },
  cronUnseen: {
    en: 'whether a cron daemon is running cannot be seen from here',
    zh: '在这里看不到 cron 守护进程是否在运行',
  },

  hearsOnlyWhileWaiting: {
    en: 'answers in Feishu: an hourly run hears them only while it waits (15 minutes); a later one waits for the next run. The watch hears them at any hour',
    zh: '飞书里的回答：每小时的任务只在等待期间（15 分钟）收得到，之后的要等下一次运行；watch 随时收得到',
  },

  serviceIsDown: {
    en: 'keyturn watch was installed as a service and does not run',
    zh: 'keyturn watch 已安装为服务，但没有运行',
  },
  neverRan: (scheduler: string, span: Text): Text => ({
    en: `the schedule (${scheduler}) was installed and has never run, for ${span.en}`,
    zh: `定时任务（${scheduler}）安装 ${span.zh}以来从未运行`,
  }),
  overdue: (scheduler: string, span: Text): Text => ({
    en: `the schedule (${scheduler}) has not run for ${span.en}`,
    zh: `定时任务（${scheduler}）已经 ${span.zh}没有运行`,
  }),
  notInstalled: { en: 'no schedule is installed', zh: '没有安装定时任务' },

  onlyHere: (key: string, variable: string | undefined): Text => ({
    en: `${key} is set in this environment only${variable ? ` (${variable})` : ''}; the schedule does not see it`,
    zh: `${key} 只在当前环境里设置${variable ? `（${variable}）` : ''}，定时任务读不到它`,
  }),
  leftOut: {
    password: (name: string): Text => ({
      en: `${name} names a user or password, so it was not written into the schedule`,
      zh: `${name} 含有用户名或密码，所以没有写入定时任务`,
    }),
    otherCode: (name: string): Text => ({
      en: `${name} loads other code or a debugger, so it was not written into the schedule`,
      zh: `${name} 会加载其他代码或调试器，所以没有写入定时任务`,
    }),
    noCheck: (name: string): Text => ({
      en: `${name} switches the check of certificates off, so it was not written into the schedule; NODE_EXTRA_CA_CERTS is`,
      zh: `${name} 会关闭证书检查，所以没有写入定时任务；NODE_EXTRA_CA_CERTS 会写入`,
    }),
  },
  otherEnvFile: (before: string, now: string | undefined): Text => ({
    en: `the schedule read ${before} until now and reads ${now ?? '.env in the state folder'} from now on`,
    zh: `定时任务以前读取 ${before}，今后读取${now === undefined ? '状态文件夹里的 .env' : ` ${now}`}`,
  }),
  temporary: (bin: string): Text => ({
    en: `${bin} is in a folder for temporary files, which the system empties`,
    zh: `${bin} 在临时文件夹里，系统会清空它`,
  }),
} as const;
