import { formatDuration } from '../../lib/duration.js';
import type { Notice } from '../../core/owner-ports.js';
import { usualSpan, type Forecast } from '../../core/forecast.js';

/** Builds the message that tells the owner when the session will probably end. */
export function forecastNotice(
  account: { readonly name: string; readonly site: string },
  forecast: Forecast,
  { now, language }: { readonly now: number; readonly language: 'zh' | 'en' },
): Notice {
  const span = usualSpan(forecast.usualMs, language);
  const left = formatDuration(Math.max(60_000, forecast.diesAt - now));
  const command = { command: `keyturn login ${account.name}` };
  return {
    level: 'warning',
    account: account.name,
    siteTitle: account.site,
    title: language === 'zh' ? '登录状态快要失效' : 'The sign-in will soon end',
    lines:
      language === 'zh'
        ? [
            { markdown: `这个账号的登录状态通常在 **${span}** 后失效，按此推算大约还剩 ${left}。` },
            `今晚方便的时候重新登录一次吗？在电脑上运行：`,
            command,
            '不登录也没关系：失效后会再来问你。',
          ]
        : [
            { markdown: `A sign-in of this account usually ends after **${span}**; that leaves about ${left}.` },
            'Sign in again this evening? On the computer, run:',
            command,
            'If you do not, you will be asked when it has ended.',
          ],
  };
}
