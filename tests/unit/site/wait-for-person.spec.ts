import { expect, test } from '@playwright/test';
import { waitForPerson } from '../../../src/site/wait-for-person.js';

type Wanted = Parameters<typeof waitForPerson>[0];
type Context = Parameters<typeof waitForPerson>[1];

test('the wait ends when the page is gone, although a dead page reads like one that is still loading', async () => {
  const gone = new AbortController();
  const url = 'https://console.example/keys';
  const challenge = { kind: 'captcha', vendor: 'generic', url, where: 'main frame', evidence: [] } as const;
  const context = {
    page: { url: () => url, goto: () => Promise.reject(new Error('closed')) },
    section: { url },
    pageState: { forget: () => undefined, check: () => Promise.resolve({ kind: 'unready' }) },
    answers: { next: () => Promise.resolve(void gone.abort(new Error('the page is gone'))) },
    person: { deadlineAt: Date.now() + 60_000, onNeeded: () => undefined, onCleared: () => undefined },
    gone: gone.signal,
  } as unknown as Context;
  const wanted: Wanted = { kind: 'challenge', challenge, detail: { en: 'a CAPTCHA', zh: '人机验证' } };
  await expect(waitForPerson(wanted, context, () => false)).rejects.toThrow('the page is gone');
});
