import { silentLog } from '../../src/lib/log.js';
import { createRedactor } from '../../src/lib/redactor.js';
import type { ConsoleReading, ConsoleSession } from '../../src/core/ports.js';
import { firstSeen, locate } from '../../src/site/locate.js';
import { openPageConsole, type PageConsoleOptions } from '../../src/site/page-console.js';
import { parseSiteProfile } from '../../src/site/parse-profile.js';
import { keysShown, readPage } from '../../src/site/read-page.js';
import { resolveProfile } from '../../src/site/resolve-profile.js';
import { expect, test as base, type Page } from '../support/browsers.js';

/* What a site profile can say of a page, on small consoles that are nothing but HTML. */

const head = `
name: acme
title: Acme
baseUrl: https://console.acme.example
timeZone: UTC
key: { pattern: 'acme_[0-9a-z]{24,}', every: 30d }
session: { login: { url: /signin } }
page:
  url: /keys
  patience: { ready: 6s, step: 3s, answer: 4s }
`;
const standard = `
  ready: { role: heading, name: Keys }
  read: { none: { role: heading } }
  rotate: [{ click: Create, rotates: true }]
`;
const profileOf = (page: string) => resolveProfile(parseSiteProfile(head + page, 'acme.yaml'));
const keyOf = (letter: string) => `acme_${letter.repeat(24)}`;

interface World {
  /** What the pages have reported with `did('…')`. */
  did: string[];
  /** Opens the console that has these pages, by path. */
  open: (page: string, pages: Record<string, string>, options?: Partial<PageConsoleOptions>) => ConsoleSession;
}

const test = base.extend<World>({
  did: async ({ page }, use) => {
    const events: string[] = [];
    await page.exposeFunction('did', (event: string) => void events.push(event));
    await use(events);
  },
  open: async ({ page, context, did: _ }, use) => {
    await use((described, pages, options = {}) => {
      const answer = context.route('https://console.acme.example/**', (route) => {
        const body = pages[new URL(route.request().url()).pathname];
        return route.fulfill({ status: body === undefined ? 404 : 200, contentType: 'text/html', body: body ?? '' });
      });
      const session = openPageConsole({
        profile: profileOf(described),
        session: {
          page,
          saveCheckpoint: () => Promise.reject(new Error('not asked for')),
          close: () => Promise.resolve(),
        },
        method: 'headless',
        redactor: createRedactor(),
        evidence: () => Promise.resolve({ screenshotPath: 'picture.png' }),
        saveCheckpoint: () => Promise.resolve(),
        onStep: () => undefined,
        log: silentLog,
        ...options,
      });
      return { ...session, read: async () => (await answer, session.read()) };
    });
  },
});

const hooks = { beforePress: () => Promise.resolve(), onKey: () => Promise.resolve() };

async function read(session: ConsoleSession): Promise<ConsoleReading> {
  const reading = await session.read();
  if (!reading.ok) throw new Error(`${reading.failure.kind}: ${reading.failure.detail.en}`);
  return reading.value;
}

/** The key page; its button "Create" makes a key. */
const keyPage = (content: string) => `<h1>Keys</h1>${content}
<button id="create" onclick="did('pressed'); this.insertAdjacentHTML('afterend', '<p>${keyOf('n')}</p>')">Create</button>`;

/** Finds the targets of a step in the page. */
function targetsOf(page: Page, yaml: string) {
  const section = profileOf(
    `  testIdAttribute: data-test${standard.replace('rotates: true', `rotates: true }, { click: ${yaml}`)}`,
  ).page!;
  return { place: { page, section }, targets: section.rotate[1]!.targets };
}

const table = `<table>
<tr><td>ci</td><td><button title="1">Delete</button></td></tr>
<tr style="display: none"><td>hidden</td><td><button title="2">Delete</button></td></tr>
<tr><td>ci-2</td><td><button title="3">Delete</button></td></tr>
<tr><td><b>ci</b> old</td><td><button title="4" data-test="last">Delete</button></td></tr></table>`;

for (const [yaml, title] of [
  ['{ role: button, name: Delete }', '1'],
  ['{ role: button, nth: 2 }', '3'],
  ['{ role: button, nth: -1 }', '4'],
  ['{ testId: last }', '4'],
  ['{ text: Delete, in: { role: row, hasText: ci-2 } }', '3'],
  ['{ text: Delete, in: { role: row, hasText: /old/ } }', '4'],
  ['{ css: button, in: { role: row, hasText: ci } }', '1'],
  ['{ css: button, in: { css: tr, nth: 2, in: { css: table } } }', '3'],
  ['{ css: button, in: { role: row, hasText: c } }', undefined],
  ['{ role: button, nth: 4 }', undefined],
] as const) {
  test(`${yaml} is ${title ? `button ${title}` : 'nothing'}`, async ({ page }) => {
    await page.setContent(table);
    const { place, targets } = targetsOf(page, yaml);
    expect(await (await firstSeen(place, targets))?.getAttribute('title')).toBe(title);
  });
}

test('a plain hasText fits only an element with this whole text', async ({ page }) => {
  await page.setContent(table);
  const { place, targets } = targetsOf(page, '{ role: row, hasText: ci }');
  expect(await locate(place, targets[0]!).allInnerTexts()).toEqual(['ci\tDelete', 'ci old\tDelete']);
});

for (const dialog of ['<dialog open>', '<div role="dialog">', '<div role="alertdialog">', '<div aria-modal="true">']) {
  test(`a target in an open ${dialog} wins over one behind it`, async ({ page }) => {
    const { place, targets } = targetsOf(page, '[{ text: Save }, { text: OK }]');
    const layer = dialog.replace('>', ' id="layer">');
    await page.setContent(`<button title="behind">Save</button>${layer}<button title="in front">OK</button>`);
    expect(await (await firstSeen(place, targets))?.getAttribute('title')).toBe('in front');
    await page.evaluate(() => document.querySelector('#layer')?.remove());
    expect(await (await firstSeen(place, targets))?.getAttribute('title')).toBe('behind');
  });
}

test('steps choose an option, clear a box and open another page before the press', async ({ open, did, page }) => {
  const form = `<select title="Expiry"><option value="7">7 days</option><option value="90">90 days</option></select>
<label><input type="checkbox" checked>Admin</label>`;
  const session = open(
    `
  ready: { role: heading, name: Keys }
  read: { none: { text: None } }
  rotate:
    - goto: /keys/new?from=keys
    - select: { from: { css: select }, option: 90 days }
    - uncheck: { label: Admin }
    - click: { role: button, name: Create }
      rotates: true
`,
    { '/keys': '<h1>Keys</h1><p>None</p>', '/keys/new': keyPage(form) },
  );
  const current = await read(session);
  expect(await session.dryRun(current)).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('step 4 of 4') },
  });
  expect(await page.evaluate(() => location.href)).toBe('https://console.acme.example/keys/new?from=keys');
  expect(
    await page.evaluate(() => [document.querySelector('select')?.value, document.querySelector('input')?.checked]),
  ).toEqual(['90', false]);
  expect(did).toEqual([]);
  expect(await session.rotate(current, hooks)).toMatchObject({ ok: true, value: { key: keyOf('n') } });
  expect(did).toEqual(['pressed']);
});

test('optional steps in a row wait only once for elements that are absent', async ({ open }) => {
  const absent = ['A', 'B', 'C', 'D'].map((name) => `{ click: ${name}, optional: true }`).join(', ');
  const session = open(standard.replace('[{', `[${absent}, {`), { '/keys': keyPage('') });
  const current = await read(session);
  const startedAt = performance.now();
  expect(await session.dryRun(current)).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('step 5 of 5') },
  });
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(1400);
  expect(tookMs).toBeLessThan(2900);
});

/** A tour that covers the page as soon as the heading is there, and again after each click elsewhere. */
const tour = `<div id="tour" style="position: fixed; inset: 0; background: #0004"><button>Skip</button></div>
<script>
  const tour = document.querySelector('#tour');
  document.querySelector('#tour button').onclick = () => { did('skipped'); tour.remove(); };
  addEventListener('click', ({ target }) => { if (target.id === 'more') document.body.append(tour); });
</script>`;

test('a tour is clicked away each time it comes, also in a dry run', async ({ open, did }) => {
  const session = open(`  dismiss: { role: button, name: Skip }${standard.replace('[{', '[{ click: More }, {')}`, {
    '/keys': keyPage(`<button id="more">More</button>${tour}`),
  });
  const current = await read(session);
  expect(await session.dryRun(current)).toMatchObject({
    ok: true,
    value: { en: expect.stringContaining('step 2 of 2') },
  });
  expect(did).toEqual(['skipped', 'skipped']);
  expect(await session.rotate(current, hooks)).toMatchObject({ ok: true, value: { key: keyOf('n') } });
  expect(did).toEqual(['skipped', 'skipped', 'skipped', 'pressed']);
});

for (const dismiss of ['{ css: button }', '{ css: "#create span" }', '{ css: body }'] as const) {
  test(`dismiss: ${dismiss} never clicks the target of the press`, async ({ open, did }) => {
    const page = keyPage('').replace('>Create<', '><span>Create</span><');
    const described = standard.replace('click: Create', 'click: { role: button, name: Create }');
    const session = open(`  dismiss: ${dismiss}${described}`, { '/keys': page });
    expect(await session.dryRun(await read(session))).toMatchObject({ ok: true });
    expect(did).toEqual([]);
  });
}

test('nothing is dismissed while a person is at the page', async ({ open, did, page }) => {
  const signIn = '<h1>Sign in</h1><form><input type="password" autocomplete="current-password"></form>';
  const session = open(
    `  dismiss: { role: button, name: Skip }${standard}`,
    { '/keys': `${signIn}<button onclick="did('skipped')">Skip</button>` },
    {
      method: 'headed',
      person: { deadlineAt: Date.now() + 4000, onNeeded: () => void did.push('person'), onCleared: () => undefined },
    },
  );
  const reading = session.read();
  await expect.poll(() => did).toContain('person');
  const before = did.length;
  await page.getByRole('heading').waitFor();
  expect(await reading).toMatchObject({ ok: false, failure: { kind: 'signed-out' } });
  expect(did.slice(before)).toEqual([]);
});

for (const [place, html] of [
  ['text beside a button', `<p class="key"><span>${keyOf('a')}</span><button>copy</button></p>`],
  ['a sentence', `<p class="key">The key of <b>ci</b> is ${keyOf('a')}.</p>`],
  ['a text that may be broken', `<code class="key">${keyOf('a').replace('_', '_<wbr>')}</code><i>copy</i>`],
  ['a disabled field', `<p class="key"><label>Key<input disabled value="${keyOf('a')}"></label></p>`],
  ['an attribute', `<button class="key" data-clipboard-text="${keyOf('a')}">copy</button>`],
] as const) {
  test(`a key is read from ${place}, without its neighbours`, async ({ page }) => {
    const profile = profileOf(standard.replace('read: {', 'read: { key: { css: .key },'));
    await page.setContent(html);
    const keyPage = { page, profile, section: profile.page! };
    expect(await readPage(keyPage)).toMatchObject({ hasKey: true, key: keyOf('a') });
    expect([...new Set(await keysShown(keyPage))]).toEqual([keyOf('a')]);
  });
}

test('on the whole page, neither hidden texts nor hidden fields nor attributes are taken for a new key', async ({
  page,
}) => {
  const profile = profileOf(standard);
  await page.setContent(
    `<input type="hidden" value="${keyOf('a')}"><i title="${keyOf('b')}">x</i><p style="visibility: hidden">${keyOf('c')}</p>
     <p hidden>${keyOf('d')}</p><div style="display: contents">${keyOf('e')}</div>`,
  );
  expect(await keysShown({ page, profile, section: profile.page! })).toEqual([keyOf('e')]);
});

const shown = (word: string) =>
  standard.replace('read: {', `read: { ${word},`).replace('none: { role: heading }', 'none: { text: None }');

test('a key is read after the steps that show it, and nothing else is pressed', async ({ open, did }) => {
  const show = `<button onclick="did('shown'); this.outerHTML = '<code class=key>${keyOf('a')}</code><b class=name>ci</b>'">Show</button>`;
  const described = shown(
    'before: [{ click: Show }, { waitFor: { css: .key } }], name: { css: .name }, key: { css: .key }',
  );
  const session = open(described, { '/keys': keyPage(show) });
  const current = await read(session);
  expect(current).toMatchObject({ hasKey: true, key: keyOf('a'), name: 'ci' });
  expect(await session.dryRun(current)).toMatchObject({ ok: true });
  expect(did).toEqual(['shown']);
});

test('where there is no key, the steps that show one are left out', async ({ open }) => {
  const session = open(shown('before: { click: Show }'.replace('{ click: Show }', '[{ click: Show }]')), {
    '/keys': keyPage('<p>None</p>'),
  });
  expect(await read(session)).toEqual({ hasKey: false });
});

test('a step of read.before never touches the control of the press', async ({ open, did }) => {
  const session = open(shown('before: [{ click: { css: button } }], key: { css: .key }'), { '/keys': keyPage('') });
  expect(await session.read()).toMatchObject({
    ok: false,
    failure: { kind: 'drift', detail: { en: expect.stringContaining('replaces the key') } },
  });
  expect(did).toEqual([]);
});

for (const [word, html, reading] of [
  ['exists: { css: .item }', '<p class="item">ci</p>', { hasKey: true, key: undefined, mask: undefined }],
  ['mask: { css: .mask }', '<p class="mask">******o0fE</p>', { hasKey: true, mask: '******o0fE' }],
  ['exists: { css: .item }', '<p>None</p>', { hasKey: false }],
] as const) {
  test(`read.${word} reads ${html}`, async ({ open }) => {
    expect(await read(open(shown(word), { '/keys': keyPage(html) }))).toMatchObject(reading);
  });
}
