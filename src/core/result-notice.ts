import type { Notice, NoticeLine } from './owner-ports.js';
import { formatDuration } from '../lib/duration.js';
import { maskKey } from '../lib/redact.js';
import type { DescribeContext, OutcomeName, ResultReport } from './describe-result.js';
import type { RenewalResult } from './renewal-result.js';

export interface NoticeOptions extends DescribeContext {
  readonly language: 'zh' | 'en';
  /** The owner chose to receive the key in the message. */
  readonly includeKey: boolean;
}

const titles: Record<OutcomeName, { zh: string; en: string }> = {
  renewed: { zh: '密钥已续期', en: 'Key renewed' },
  'not-due': { zh: '尚未到期', en: 'Not due' },
  rehearsed: { zh: '演练完成', en: 'Dry run done' },
  'signed-out': { zh: '需要重新登录', en: 'Signed out' },
  challenge: { zh: '需要本人验证', en: 'A person is needed' },
  waiting: { zh: '仍在等待', en: 'Still waiting' },
  drift: { zh: '页面与配置不符', en: 'The page has changed' },
  'not-seen': { zh: '未看到新密钥', en: 'The new key was not seen' },
  refused: { zh: '被站点拒绝', en: 'Refused by the site' },
  gone: { zh: '服务已关闭', en: 'The service has closed' },
  unreachable: { zh: '无法连接站点', en: 'The site is out of reach' },
  unproved: { zh: '新密钥未被接受', en: 'The new key is not accepted' },
  failed: { zh: '续期失败', en: 'The renewal failed' },
};

/** Turns a run's end into a message for the account's owner: what happened, since when, what to do. */
export function resultNotice(result: RenewalResult | undefined, report: ResultReport, options: NoticeOptions): Notice {
  const { language, record, now, showTime } = options;
  const zh = language === 'zh';
  const lines: NoticeLine[] = [];
  if (result?.kind === 'renewed') {
    lines.push(`${zh ? '新密钥' : 'New key'}: ${options.includeKey ? result.key.key : maskKey(result.key.key)}`);
  }
  const current = record.current;
  if (current?.expiresAt !== undefined) {
    const leftMs = Date.parse(current.expiresAt) - now;
    const span = formatDuration(leftMs);
    const left = leftMs > 0 ? (zh ? `还有 ${span}` : `${span} left`) : zh ? `已过期 ${span}` : `expired ${span} ago`;
    lines.push(`${zh ? '有效期至' : 'Good until'}: ${showTime(current.expiresAt)} (${left})`);
  } else if (!current) {
    lines.push(zh ? '目前没有密钥' : 'There is no key');
  }
  if (report.failure) {
    lines.push(`${zh ? '原因' : 'Why'}: ${report.failure.message} [${report.failure.code}]`);
    lines.push({ label: zh ? '下一步' : 'Next', command: report.failure.hint });
  } else if (result?.kind === 'renewed' && result.verification.verdict !== 'valid') {
    lines.push(zh ? '新密钥尚未经接口验证' : 'The new key was not verified against the service');
  }
  const level = report.failure ? 'failure' : result?.kind === 'renewed' ? 'success' : 'warning';
  return {
    level,
    account: options.account,
    siteTitle: options.siteTitle,
    title: titles[report.outcome][language],
    lines,
  };
}
