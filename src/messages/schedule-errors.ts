import { shellWord } from './shell-word.js';
import { nothingChanged } from './states.js';
import { asSentence } from './failures.js';
import { listed, same, type Text } from './text.js';

export const scheduleErrorTexts = {
  unusable: ({ problems, next = 'keyturn schedule install' }: { problems: readonly Text[]; next?: string }) => ({
    message: asSentence(listed(problems)),
    state: { en: 'No schedule was installed.', zh: '没有安装定时任务。' },
    hint: same(next),
  }),
  noUserManager: ({ uid, reason, user }: { user: string; uid: number; reason: string }) => ({
    message: {
      en:
        `systemctl --user cannot reach the user manager of ${user}: ${reason}. The manager runs while that user is logged in, ` +
        `or always when lingering is on. It is found through XDG_RUNTIME_DIR (usually /run/user/${uid}), which su and sudo do not set.`,
      zh:
        `systemctl --user 无法连接 ${user} 的用户管理器：${reason}。它只在该用户登录时运行，开启 lingering 后会一直运行；` +
        `连接它需要 XDG_RUNTIME_DIR（通常是 /run/user/${uid}），su 和 sudo 不会设置这个变量。`,
    },
    state: nothingChanged,
    hint: same(`sudo loginctl enable-linger ${shellWord(user)}`),
  }),
  foreign: ({ place, hint }: { place: Text; hint: string }) => ({
    message: {
      en: `${place.en} was not written by keyturn, or was changed by hand.`,
      zh: `${place.zh} 不是由 keyturn 写入的，或者被手动改过。`,
    },
    state: { en: 'It was not changed.', zh: '它没有被更改。' },
    hint: same(hint),
  }),
  failed: ({ command, reason, state = nothingChanged }: { command: string; reason: Text; state?: Text }) => ({
    message: { en: `${command} failed: ${reason.en}.`, zh: `${command} 失败：${reason.zh}。` },
    state,
    hint: same(command),
  }),
  willNotFire: ({ reasons, hint }: { reasons: readonly Text[]; hint: string }) => ({
    message: {
      en: `The schedule does not renew the keys: ${listed(reasons).en}.`,
      zh: `定时任务不会续期密钥：${listed(reasons).zh}。`,
    },
    state: nothingChanged,
    hint: same(hint),
  }),
};

/** Why a scheduler cannot be used, and how a failed install left things. */
export const schedulerTexts = {
  unusable: (scheduler: string, reason: Text): Text => ({
    en: `${scheduler} cannot be used: ${reason.en}`,
    zh: `无法使用 ${scheduler}：${reason.zh}`,
  }),
  noScheduler: { en: 'this system has none of systemd, launchd and cron', zh: '这个系统没有 systemd、launchd 或 cron' },
  notHere: { en: 'this system does not have it', zh: '这个系统没有它' },
  noProgram: (program: string): Text => ({ en: `there is no ${program}`, zh: `没有 ${program} 程序` }),
  noService: {
    en: 'it starts programs at set times and cannot keep keyturn watch running',
    zh: '它只能按时启动程序，无法让 keyturn watch 一直运行',
  },
  crontabDenied: (user: string, reason: string): Text => ({
    en: `crontab refuses ${user} (/etc/cron.allow, /etc/cron.deny): ${reason}`,
    zh: `crontab 拒绝 ${user}（见 /etc/cron.allow 和 /etc/cron.deny）：${reason}`,
  }),
  crontabBlock: { en: "keyturn's block in the crontab", zh: 'crontab 里 keyturn 的部分' },
  filesWritten: {
    en: 'Its files are written. Once the cause is gone, run keyturn schedule install again.',
    zh: '文件已写好。原因消除后，请再次运行 keyturn schedule install。',
  },
} as const;
