import type { Notice, NoticeLine } from '../core/owner-ports.js';
import type { DeliveryEnd } from './deliver-key.js';
import type { DeliveryRecord } from '../core/delivery-record.js';

const hourMs = 3_600_000;

/** The failures as one string, so that the owner is not notified of the same failures twice. */
export function troubleOf(ends: readonly DeliveryEnd[]): string {
  return ends
    .flatMap(({ name, failure }) => (failure ? [`${name} ${failure.code}`] : []))
    .sort()
    .join(', ');
}

/**
 * Which notice is due. `trouble`: at once when consumers are left without the key or when the failures change, then
 * every six hours, because the old key is dead or about to die. `relief`: once, when every consumer has the key again.
 */
export function noticeDue(
  told: DeliveryRecord['told'],
  trouble: string,
  now: number,
): 'trouble' | 'relief' | undefined {
  if (trouble === '') return told ? 'relief' : undefined;
  if (told?.what !== trouble) return 'trouble';
  const agoMs = now - Date.parse(told.at);
  return agoMs >= 6 * hourMs || agoMs < 0 ? 'trouble' : undefined;
}

/** Lines that name the consumers without the key, why, and the command to run. */
function troubleLines(ends: readonly DeliveryEnd[], account: string, language: 'zh' | 'en'): NoticeLine[] {
  const zh = language === 'zh';
  const failed = ends.filter((end) => end.failure !== undefined);
  if (failed.length === 0) return [];
  return [
    ...failed.map(({ isHook, name, failure }) => {
      const what = isHook ? (zh ? '钩子失败' : 'A hook failed') : zh ? '未送达' : 'Not delivered';
      return `${what}: ${name}: ${failure?.message ?? ''} [${failure?.code ?? ''}]`;
    }),
    zh ? '会自动重试；修好后也可以运行：' : 'Tried again by itself; once mended, or now:',
    { command: `keyturn deliver ${account}` },
  ];
}

export function deliveryNotice(
  what: 'trouble' | 'relief',
  ends: readonly DeliveryEnd[],
  { account, siteTitle, language }: { account: string; siteTitle: string; language: 'zh' | 'en' },
): Notice {
  const zh = language === 'zh';
  if (what === 'relief') {
    const names = ends.map((end) => end.name).join(', ');
    return {
      level: 'success',
      account,
      siteTitle,
      title: zh ? '密钥已全部送达' : 'The key is everywhere now',
      lines: [zh ? `当前密钥已送达: ${names}` : `The current key has reached: ${names}`],
    };
  }
  return {
    level: 'failure',
    account,
    siteTitle,
    title: zh ? '密钥未能送达使用方' : 'The key did not reach its consumers',
    lines: [
      zh ? '密钥保存在 keyturn 中，没有丢失。' : 'The key is safe in keyturn; its consumers hold an old one.',
      ...troubleLines(ends, account, language),
    ],
  };
}

/** The notice of a renewal, with the failed deliveries added. */
export function withTrouble(
  notice: Notice,
  ends: readonly DeliveryEnd[],
  options: { account: string; language: 'zh' | 'en' },
): Notice {
  const lines = troubleLines(ends, options.account, options.language);
  return lines.length === 0 ? notice : { ...notice, level: 'failure', lines: [...notice.lines, ...lines] };
}
