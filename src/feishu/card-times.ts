import { durationText } from '../lib/duration.js';
import { inEach, type Text } from '../messages/text.js';

/** Local time such as `3月4日 15:54`; includes the day unless it is today. */
export function localTime(at: number, now: number): Text {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return inEach((language) =>
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
      ...(isToday ? {} : { month: 'short', day: 'numeric' }),
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
    }).format(date),
  );
}

/** In whole minutes, at least one. */
export function roughDuration(ms: number): Text {
  return durationText(Math.max(1, Math.round(ms / 60_000)) * 60_000);
}
