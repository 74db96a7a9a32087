import { shellWord } from './shell-word.js';
import { nothingDone, notUsed } from './states.js';
import { same, type Language, type Text } from './text.js';

const nothingImported = {
  en: 'Nothing was imported, and the file was not changed.',
  zh: '没有导入任何内容，也没有更改这个文件。',
};

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/';
}

export const storeErrorTexts = {
  /** Without any account, the name of the missing one does not matter. */
  unknownAccount: ({ name = 'NAME', known = [] }: { name?: string; known?: readonly string[] }) => ({
    message:
      known.length > 0
        ? {
            en: `There is no account "${name}". The accounts are: ${known.join(', ')}.`,
            zh: `没有账号“${name}”。已有的账号：${known.join('、')}。`,
          }
        : { en: 'There is no account yet.', zh: '还没有账号。' },
    state: nothingDone,
    hint: same(`keyturn account add ${name}`),
  }),
  accountExists: (name: string): Text => ({
    en: `The account "${name}" already exists. Choose another name.`,
    zh: `账号“${name}”已存在，请换一个名称。`,
  }),
  badAccountValue: (name: string, problems: readonly string[]): Text => ({
    en: `The account "${name}" cannot be saved: ${problems.join('; ')}.`,
    zh: `无法保存账号“${name}”：${problems.join('；')}。`,
  }),
  notPrivate: ({ path, why, fix }: { path: string; why: Text; fix: string }) => ({
    message: { en: `${path} is not private: ${why.en}.`, zh: `${path} 不是私有的：${why.zh}。` },
    state: notUsed,
    hint: same(fix),
  }),
  notAPlainFile: ({ path, found }: { path: string; found: Text }) => ({
    message: {
      en: `${path} is ${found.en}, which keyturn does not use here.`,
      zh: `${path} 是${found.zh}，keyturn 不在这里使用它。`,
    },
    state: notUsed,
    hint: same(`ls -ld ${shellWord(path)}`),
  }),
  cannotWrite: ({ path, reason }: { path: string; reason: Text }) => ({
    message: { en: `${path} could not be written: ${reason.en}.`, zh: `无法写入 ${path}：${reason.zh}。` },
    state: { en: 'A file that was there before was not changed.', zh: '原有的文件没有变化。' },
    hint: same(`df -h ${shellWord(folderOf(path))}; ls -ld ${shellWord(folderOf(path))}`),
  }),
  cannotRead: ({ path, reason }: { path: string; reason: Text }) => ({
    message: { en: `${path} could not be read: ${reason.en}.`, zh: `无法读取 ${path}：${reason.zh}。` },
    state: { en: 'The file was not changed.', zh: '没有更改这个文件。' },
    hint: same(`ls -ld ${shellWord(path)}`),
  }),
  damaged: ({ path, problems }: { path: string; problems: readonly string[] }) => ({
    message: {
      en: `${path} is damaged and no good copy of it is left: ${problems.join('; ')}.`,
      zh: `${path} 已损坏，也没有完好的副本：${problems.join('；')}。`,
    },
    state: notUsed,
    hint: same(`mv ${shellWord(path)} ${shellWord(`${path}.damaged`)}`),
  }),
  locked: ({ what, holder, state }: { what: Text; holder: Text; state?: Text }) => ({
    message: {
      en: `Another keyturn run holds ${what.en}: ${holder.en}.`,
      zh: `另一个 keyturn 进程正在占用${what.zh}：${holder.zh}。`,
    },
    state: state ?? nothingDone,
    hint: same('keyturn status'),
  }),
  account: (name: string): Text => ({ en: `the account "${name}"`, zh: `账号“${name}”` }),
  encryption: (home: string): Text => ({ en: `the encryption of ${home}`, zh: ` ${home} 的加密设置` }),
  watch: (home: string): Text => ({ en: `the watch of ${home}`, zh: ` ${home} 的 watch ` }),
  lockLost: {
    en: 'This run lost its lock, as after a suspension, and stopped. A new key that it had received is on disk.',
    zh: '本次运行失去了锁（例如机器曾休眠），已停止。收到的新密钥已写入磁盘。',
  },
  lockedByPerson: ({ account, holder }: { account: string; holder: Text }) => ({
    message: {
      en: `Another keyturn run holds the account "${account}" and waits for a person: ${holder.en}.`,
      zh: `另一个 keyturn 进程正在占用账号“${account}”，并等你处理：${holder.zh}。`,
    },
    state: nothingDone,
    hint: same(`keyturn unblock ${account}`),
  }),
  badImport: ({ path, problems }: { path: string; problems: readonly (string | Text)[] }) => {
    const lines = (language: Language) =>
      problems.map((problem) => `\n  ${typeof problem === 'string' ? problem : problem[language]}`).join('');
    return {
      message: { en: `${path} cannot be imported:${lines('en')}`, zh: `无法导入 ${path}：${lines('zh')}` },
      state: nothingImported,
      hint: same('keyturn account import --help'),
    };
  },
};

interface Holder {
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  readonly ago: Text;
  readonly waiting?: { readonly at: string; readonly ago: Text };
}

/** Who holds a lock. */
export const lockTexts = {
  holder: ({ command, pid, host, ago, waiting }: Holder): Text => ({
    en:
      `${command} (pid ${pid} on ${host}), running for ${ago.en}` +
      (waiting ? `, waiting for a person since ${waiting.at} (${waiting.ago.en} ago)` : ''),
    zh:
      `${command}（${host} 上的进程 ${pid}），已运行 ${ago.zh}` +
      (waiting ? `，从 ${waiting.at} 起等你处理（${waiting.ago.zh}前）` : ''),
  }),
  ended: { en: 'a run that has ended since', zh: '一个已经结束的进程' },
} as const;
