import { expect, test } from '@playwright/test';
import { cardAsText } from '../../../src/feishu/card-as-text.js';
import { noticeCard } from '../../../src/feishu/cards.js';

test('a card as text shows the link of keyturn, and text of a site makes neither a link nor a mention', () => {
  const foreign = 'see [here](https://evil.example) <at user_id="all">all</at> `x` **y**';
  const lines = [{ markdown: '[Open page](https://phone.example/#token)' }, foreign];
  const card = noticeCard({ account: 'work', siteTitle: 'Acme', level: 'failure', title: 'No new key', lines }, { language: 'en' }); // prettier-ignore
  const text = cardAsText(card);
  expect(text).toContain('No new key\n');
  expect(text).toContain('Open page: https://phone.example/#token');
  expect(text).toContain('see ［here］(https://evil.example) ＜at user_id="all"＞all＜/at＞ `x` **y**');
  expect(text).not.toMatch(/[<>[\]]|&#/);
});
