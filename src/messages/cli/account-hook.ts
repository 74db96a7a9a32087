import type { Text } from '../text.js';

export const hookTexts = {
  about: {
    en: 'set, list, enable or remove programs that run with renewals',
    zh: '设置、列出、启用或删除随续期运行的程序',
  },
  event: {
    en: 'before (a renewal starts), renewed (a new key is in place), failed',
    zh: 'before（续期开始之前）、renewed（新密钥已就位）或 failed（运行失败）',
  },
  words: { en: '--, then the program and its arguments', zh: '先写 --，再写程序及其参数' },
  set: {
    en: 'run a program when a renewal starts, when a new key is in place, or when a run fails',
    zh: '在续期开始之前、新密钥就位时或运行失败时运行程序',
  },
  timeout: { en: 'how long it may run (default: 60s)', zh: '最多运行多久（默认：60s）' },
  wasSet: (account: string, event: string, program: string): Text => ({
    en: `${account}: hook ${event}: ${program}`,
    zh: `${account}：钩子 ${event}：${program}`,
  }),
  list: { en: 'list the hooks of an account', zh: '列出账号的钩子' },
  noHooks: (account: string): Text => ({ en: `${account} has no hooks`, zh: `${account} 没有钩子` }),
  enable: { en: 'switch on a hook that came with an import', zh: '启用导入带来的钩子' },
  enabled: (account: string, event: string): Text => ({
    en: `${account}: the hook ${event} is on`,
    zh: `${account}：已启用钩子 ${event}`,
  }),
  off: { en: ' (off)', zh: '（未启用）' },
  remove: { en: 'remove a hook', zh: '删除钩子' },
  removed: (account: string, event: string): Text => ({
    en: `${account}: the hook ${event} was removed`,
    zh: `${account}：已删除钩子 ${event}`,
  }),
} as const;

interface Program {
  readonly kind: 'hook' | 'target';
  readonly name: string;
  readonly program: string;
}

export const enableCommand = (account: string, { kind, name }: Program) =>
  `keyturn account ${kind} enable ${account} ${name}`;

/** A program that came with an import and does not run yet. */
export const programOff = ({ kind, name, program }: Program): Text => ({
  en: `the ${kind} ${name} is off, because it came with an import: ${program}`,
  zh: `${kind === 'hook' ? '钩子' : '投递目标'} ${name} 由导入带来，尚未启用：${program}`,
});
