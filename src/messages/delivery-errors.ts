import { shellWord } from './shell-word.js';
import { inEach, listed, same, type Text } from './text.js';

/** A failed program of the owner: that of a hook, that of a target, or one that was not started (a check or `exec`). */
type FailedProgram = { readonly program: string; readonly how: Text; readonly output?: string } & (
  | { readonly account: string; readonly event: string }
  | { readonly account: string; readonly target: string }
  | { readonly target?: string; readonly isNotStarted: true }
);

const fileUnchanged: Text = { en: 'The file was not changed.', zh: '文件没有被更改。' };

export const deliveryErrorTexts = {
  notReady: ({ problems, keyState, account }: { account: string; problems: readonly Text[]; keyState: Text }) => ({
    message: {
      en: `A renewal ends the old key at once, but the new key could not be delivered: ${listed(problems).en}.`,
      zh: `续期会使旧密钥立即失效，而新密钥无法投递：${listed(problems).zh}。`,
    },
    state: { en: `No new key was made. ${keyState.en}`, zh: `没有生成新密钥。${keyState.zh}` },
    hint: same(`keyturn deliver ${account} --check`),
  }),
  unusableFile: (file: { target: string; path: string; problem: Text; next: string }) => ({
    message: {
      en: `${file.target}: ${file.path} ${file.problem.en}.`,
      zh: `${file.target}：${file.path} ${file.problem.zh}。`,
    },
    state: fileUnchanged,
    hint: same(file.next),
  }),
  programFailed: (failed: FailedProgram) => {
    const { program, how, output = '' } = failed;
    const end = inEach((language) => `${program} ${how[language]}${lastLine(output)[language]}`);
    return 'event' in failed
      ? {
          message: {
            en: `The hook "${failed.event}" failed: ${end.en}.`,
            zh: `钩子“${failed.event}”失败：${end.zh}。`,
          },
          state:
            failed.event === 'renewed'
              ? {
                  en: 'The key was saved. Later runs run the hook again.',
                  zh: '密钥已保存。之后的运行会再次执行这个钩子。',
                }
              : { en: 'The renewal was not affected.', zh: '续期没有受到影响。' },
          hint: same(`keyturn account hook list ${failed.account}`),
        }
      : {
          message: failed.target
            ? { en: `${failed.target}: ${end.en}.`, zh: `${failed.target}：${end.zh}。` }
            : { en: `${end.en}.`, zh: `${end.zh}。` },
          state:
            'isNotStarted' in failed
              ? { en: 'The program did not receive the key.', zh: '程序没有收到密钥。' }
              : { en: 'The program may have received the key.', zh: '程序可能已收到密钥。' },
          hint: same(
            'isNotStarted' in failed ? `command -v ${shellWord(program)}` : `keyturn deliver ${failed.account}`,
          ),
        };
  },
  undelivered: (delivery: { account: string; problems: readonly string[]; held: readonly string[] }) => ({
    message: {
      en: `The current key has not reached every target: ${delivery.problems.join('; ')}.`,
      zh: `当前密钥没有送达所有投递目标：${delivery.problems.join('；')}。`,
    },
    state: {
      en:
        `The key is saved in keyturn${delivery.held.length > 0 ? ` and was delivered to ${delivery.held.join(', ')}` : ''}. ` +
        'Later runs deliver it again without a new renewal.',
      zh:
        `密钥已保存在 keyturn 中${delivery.held.length > 0 ? `，并已投递到 ${delivery.held.join('、')}` : ''}。` +
        '之后的运行会再次投递，不会为此重新续期。',
    },
    hint: same(`keyturn deliver ${delivery.account}`),
  }),
};

/** Parts of delivery errors. */
export const deliveryTexts = {
  cannotWrite: (reason: Text): Text => ({ en: `cannot be written: ${reason.en}`, zh: `无法写入：${reason.zh}` }),
  keyWorksUntil: (time: string): Text => ({
    en: `The current key works until ${time}. In its last hours it is renewed all the same.`,
    zh: `当前密钥可用到 ${time}；在它失效前的最后几小时，仍会续期。`,
  }),
  keyExpiryUnknown: {
    en: 'The current key was not changed. Its expiry is not known.',
    zh: '当前密钥没有变化，它的有效期未知。',
  },
  notStarted: (reason: Text): Text => ({ en: `could not be started: ${reason.en}`, zh: `无法启动：${reason.zh}` }),
  endedWell: { en: 'ended well', zh: '正常结束' },
  exitCode: (code: number): Text => ({ en: `ended with exit code ${code}`, zh: `以退出码 ${code} 结束` }),
  signal: (signal: string): Text => ({ en: `was ended by ${signal}`, zh: `被 ${signal} 终止` }),
  late: (seconds: number): Text => ({
    en: `did not end within ${seconds} s and was killed`,
    zh: `${seconds} 秒内没有结束，已被终止`,
  }),
  interrupted: { en: 'was ended because keyturn was interrupted', zh: '因 keyturn 被中断而终止' },
} as const;

function lastLine(output: string): Text {
  const line = output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
  return line === '' ? same('') : { en: `; its last words: ${line}`, zh: `；最后的输出：${line}` };
}
