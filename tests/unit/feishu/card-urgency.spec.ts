import { expect, test } from '@playwright/test';
import { cardUrgency } from '../../../src/feishu/cards.js';
import { questionCard } from '../../../src/feishu/cards.js';
import { newQuestion } from '../../../src/core/new-question.js';
import { same } from '../../../src/messages/text.js';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 2, 4, 8);

function look(leftMs: number | undefined, reminders = 0) {
  const question = newQuestion({
    account: 'work',
    siteTitle: 'Site',
    kind: 'captcha',
    detail: same('a slider'),
    keyExpiresAt: leftMs === undefined ? undefined : new Date(now + leftMs).toISOString(),
    waitMs: hourMs,
    runId: 'r',
    now,
  });
  const card = questionCard(
    { ...question, reminders },
    { language: 'en', now, hasButtons: true, isListening: true, reach: { way: 'desktop' } },
  );
  const { template, title } = card['header'] as { template: string; title: { content: string } };
  return { template, title: title.content, mark: cardUrgency({ ...question, reminders }, now).mark.zh };
}

test('the first card is orange and has no mark', () => {
  expect(look(72 * hourMs)).toMatchObject({ template: 'orange', mark: '' });
  expect(look(72 * hourMs).title).toMatch(/^Site/);
  expect(look(undefined)).toMatchObject({ template: 'orange', mark: '' });
});

test('a reminder shows its number', () => {
  expect(look(72 * hourMs, 2).title).toMatch(/^\[reminder 2\] Site/);
});

test('a key that expires soon makes the card red, whatever the reminder', () => {
  expect(look(20 * hourMs, 2)).toMatchObject({ template: 'red', mark: '【密钥 20 小时内失效】' });
  expect(look(4.5 * hourMs)).toMatchObject({ template: 'red', mark: '【密钥 5 小时内失效】' });
  expect(look(-1)).toMatchObject({ template: 'red', mark: '【密钥已失效】' });
});
