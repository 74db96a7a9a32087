import { shellWord } from './shell-word.js';
import { nothingChanged, notUsed } from './states.js';
import { same, type Text } from './text.js';

const recordsKept = { en: 'The encrypted records were not changed.', zh: '没有更改已加密的记录。' };

export const secretsErrorTexts = {
  noKeychain: ({ reason }: { reason: string }) => ({
    message: {
      en:
        `keyturn cannot use a keychain in this session: ${reason}. Linux needs a Secret Service (GNOME Keyring, KWallet) on ` +
        'the D-Bus of the session; servers and cron jobs have none. Use a passphrase file there.',
      zh:
        `keyturn 无法在当前会话中使用钥匙串：${reason}。Linux 需要会话 D-Bus 上的 Secret Service（GNOME Keyring、KWallet），` +
        '服务器和 cron 任务没有它，请改用口令文件。',
    },
    state: nothingChanged,
    hint: same('keyturn secrets encrypt --passphrase-file PATH'),
  }),
  keychainRefused: ({ reason }: { reason: string }) => ({
    message: {
      en: `The keychain did not give out the key to keyturn's records: ${reason}. Unlock it by signing in at the desktop.`,
      zh: `钥匙串没有给出 keyturn 记录的解密密钥：${reason}。请登录桌面以解锁钥匙串。`,
    },
    state: recordsKept,
    hint: same('keyturn secrets status'),
  }),
  badPassphrase: ({ path, problem, fix }: { path?: string; problem: Text; fix?: string }) => ({
    message: {
      en: `The passphrase${path === undefined ? '' : ` file ${path}`} cannot be used: ${problem.en}.`,
      zh: `${path === undefined ? '口令' : `口令文件 ${path} `}不能用：${problem.zh}。`,
    },
    state: nothingChanged,
    hint: same(fix ?? `ls -l ${shellWord(path ?? '')}`),
  }),
  noPassphraseFile: {
    en: 'neither the setting secrets.passphraseFile nor KEYTURN_PASSPHRASE_FILE names its file',
    zh: '设置 secrets.passphraseFile 和环境变量 KEYTURN_PASSPHRASE_FILE 都没有指定它的文件',
  },
  doesNotOpen: (what: string): Text => ({ en: `it does not open ${what}`, zh: `它打不开 ${what}` }),
  passphraseEmpty: { en: 'it is empty', zh: '它是空的' },
  passphraseShort: (shortest: number): Text => ({
    en: `it has fewer than ${shortest} characters`,
    zh: `它少于 ${shortest} 个字符`,
  }),
  unknownKey: ({ path, recipient }: { path?: string; recipient?: string }) => ({
    message:
      recipient === undefined
        ? {
            en:
              `${path} is encrypted, but this home has no identity.json. Nothing is written in the clear beside it. ` +
              'Restore identity.json from a backup; if there is none, remove the account and sign in again.',
            zh:
              `${path} 已加密，但没有 identity.json，因此不会写入明文记录。` +
              '请从备份恢复 identity.json；如果没有备份，请删除该账号并重新登录。',
          }
        : path === undefined
          ? {
              en:
                `The keychain has no key "${recipient}" for the service "keyturn", or a wrong one. ` +
                'If the home was copied, the key is in the keychain of the other machine or user.',
              zh:
                `钥匙串里没有服务“keyturn”的密钥“${recipient}”，或者密钥不对。` +
                '如果 KEYTURN_HOME 是复制来的，密钥在另一台机器或另一个用户的钥匙串里。',
            }
          : {
              en:
                `${path} is encrypted for ${recipient}, which this home's identity.json does not name. ` +
                'One of the two files comes from another home or from an old backup.',
              zh: `${path} 是为 ${recipient} 加密的，而 identity.json 里没有它。两个文件之一来自别处或旧备份。`,
            },
    state: recordsKept,
    hint: same(recipient === undefined ? 'keyturn account list' : 'keyturn secrets status'),
  }),
  unsettledRotation: ({ account }: { account: string }) => ({
    message: {
      en: `A rotation of "${account}" was interrupted, so its current key is not known.`,
      zh: `“${account}”的密钥轮换被中断，还不知道当前密钥是哪一个。`,
    },
    state: { en: 'Nothing was exported.', zh: '没有导出任何内容。' },
    hint: same(`keyturn refresh ${account}`),
  }),
  plainRecord: ({ path, inKeychain }: { path: string; inKeychain: boolean }) => ({
    message: {
      en:
        `${path} is not encrypted, but the records of this home are. It comes from a backup or from another program. ` +
        'If you trust it, encrypt it with the next command.',
      zh: `${path} 没有加密，而其他记录已加密。它来自备份或其他程序。如果信任它，请用下面的命令加密。`,
    },
    state: notUsed,
    hint: same(`keyturn secrets encrypt ${inKeychain ? '--keychain' : '--passphrase-file'}`),
  }),
  oldEncryption: () => ({
    message: {
      en: 'keyturn 0.1.0 encrypted the records of this home. Later versions cannot read its format: run the next command with keyturn 0.1.0.',
      zh: '这些记录由 keyturn 0.1.0 加密，之后的版本无法读取。请用 keyturn 0.1.0 执行下面的命令。',
    },
    state: nothingChanged,
    hint: same('keyturn secrets decrypt'),
  }),
};
