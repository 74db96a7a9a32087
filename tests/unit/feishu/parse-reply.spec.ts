import { expect, test } from '@playwright/test';

import { parseReply } from '../../../src/feishu/parse-reply.js';

const hour = 3_600_000;
for (const [text, meaning] of [
  ['ok', { kind: 'ready' }],
  [' OK! ', { kind: 'ready' }],
  ['好的。', { kind: 'ready' }],
  ['继续', { kind: 'ready' }],
  ['打开', { kind: 'ready' }],
  ['@_user_1 好', { kind: 'ready' }],
  ['ＯＫ', { kind: 'ready' }],
  ['skip', { kind: 'decline' }],
  ['这次跳过', { kind: 'decline' }],
  ['1h', { kind: 'snooze', ms: hour }],
  ['30m', { kind: 'snooze', ms: hour / 2 }],
  ['30 分钟后', { kind: 'snooze', ms: hour / 2 }],
  ['2小时后提醒我', { kind: 'snooze', ms: 2 * hour }],
  ['一小时', { kind: 'snooze', ms: hour }],
  ['半小时', { kind: 'snooze', ms: hour / 2 }],
  ['in 90 minutes', { kind: 'snooze', ms: 1.5 * hour }],
  ['later', { kind: 'snooze', ms: hour }],
  ['稍后', { kind: 'snooze', ms: hour }],
  ['1s', { kind: 'unclear' }],
  ['30d', { kind: 'unclear' }],
  ['123456', { kind: 'code', digits: '123456' }],
  ['１２３４', { kind: 'code', digits: '1234' }],
  ['123', { kind: 'unclear' }],
  ['123456789', { kind: 'unclear' }],
  ['not ok', { kind: 'unclear' }],
  ['ok but later', { kind: 'unclear' }],
  ['', { kind: 'unclear' }],
] as const) {
  test(`"${text}" means ${JSON.stringify(meaning)}`, () => expect(parseReply(text)).toEqual(meaning));
}
