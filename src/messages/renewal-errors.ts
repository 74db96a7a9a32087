import { same, type Text } from './text.js';

export interface OneRun {
  readonly account: string;
  readonly site: string;
  /** What the method saw, without secrets. */
  readonly detail: Text;
  /** The state of the account's key, in one sentence. */
  readonly keyState: Text;
}

/** @param command the command to run next; `ACCOUNT` stands for the account */
const ofRun =
  <Facts extends OneRun = OneRun>(command: string, message: (facts: Facts) => Text) =>
  (facts: Facts) => ({
    message: message(facts),
    state: facts.keyState,
    hint: same(command.replace('ACCOUNT', facts.account)),
  });

export const renewalErrorTexts = {
  signedOut: ofRun('keyturn unblock ACCOUNT', ({ site, detail }) => ({
    en: `${site} requires a new sign-in: ${detail.en}`,
    zh: `${site} 需要重新登录：${detail.zh}`,
  })),
  challenge: ofRun('keyturn unblock ACCOUNT', ({ site, detail }) => ({
    en: `${site} asks for a person: ${detail.en}`,
    zh: `${site} 需要人来处理：${detail.zh}`,
  })),
  stillWaiting: ofRun<OneRun & { since: Text; asksAgain: Text }>(
    'keyturn unblock ACCOUNT',
    ({ since, asksAgain, detail, account }) => ({
      en: `${account} has been waiting for a person since ${since.en} (${detail.en}). keyturn asks again after ${asksAgain.en}.`,
      zh: `${account} 从 ${since.zh} 起一直在等人处理（${detail.zh}）。${asksAgain.zh} 之后 keyturn 会再次询问。`,
    }),
  ),
  drift: ofRun('keyturn refresh ACCOUNT --dry-run --headed', ({ site, detail }) => ({
    en: `${site} does not match its site profile: ${detail.en}`,
    zh: `${site} 与站点配置不符：${detail.zh}`,
  })),
  refused: ofRun('keyturn account disable ACCOUNT', ({ site, detail }) => ({
    en: `${site} does not renew keys here, and trying again does not help: ${detail.en}`,
    zh: `${site} 不再为这个账号续期，重试也没有用：${detail.zh}`,
  })),
  unreachable: ofRun('keyturn refresh ACCOUNT', ({ site, detail }) => ({
    en: `${site} could not be reached: ${detail.en}`,
    zh: `无法访问 ${site}：${detail.zh}`,
  })),
  misconfigured: ofRun('keyturn doctor ACCOUNT', ({ site, detail }) => ({
    en: `${site} cannot be reached as long as nothing is changed: ${detail.en}`,
    zh: `不改变设置就无法访问 ${site}：${detail.zh}`,
  })),
  unproved: ofRun('keyturn refresh ACCOUNT --force', ({ site, detail }) => ({
    en: `${site} gave a new key, but its service does not accept the key: ${detail.en}`,
    zh: `${site} 给出了新密钥，但它的服务不接受这个密钥：${detail.zh}`,
  })),
  neverSignedIn: ofRun('keyturn login ACCOUNT', ({ site, account }) => ({
    en: `Nobody has signed in to ${site} with the account ${account} yet.`,
    zh: `账号 ${account} 还没有登录过 ${site}。`,
  })),
  keyNotKept: ({ detail }: { detail: Text }) => ({
    message: {
      en: `The site made a new key, but this machine could not store it: ${detail.en}`,
      zh: `网站已生成新密钥，但这台机器无法保存：${detail.zh}`,
    },
    state: {
      en: 'Whether the previous key still works was not checked. When the disk can be written again, the next run settles the rotation.',
      zh: '没有检查之前的密钥是否仍然有效。磁盘可以写入后，下一次运行会处理这次轮换。',
    },
    hint: same('keyturn refresh'),
  }),
  timeUnknown: ({ account, site }: { account: string; site: string }) => ({
    message: {
      en: `The record of ${account} is from a later time than this machine's clock shows, and ${site} did not show its own time.`,
      zh: `${account} 的记录晚于本机时钟的时间，而 ${site} 没有给出自己的时间。`,
    },
    state: {
      en: 'No key was rotated. Set the clock, and the next run goes on. If the clock is right, force a renewal.',
      zh: '没有轮换密钥。校准时钟后，下一次运行会继续。如果时钟没有错，请强制续期。',
    },
    hint: same(`keyturn refresh ${account} --force`),
  }),
  notSeen: ofRun('keyturn refresh ACCOUNT --force', ({ site, detail }) => ({
    en: `${site} was asked for a new key, and none was seen: ${detail.en}`,
    zh: `已向 ${site} 请求新密钥，但没有看到新密钥：${detail.zh}`,
  })),
};
