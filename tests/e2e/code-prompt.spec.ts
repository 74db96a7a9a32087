import { findCodePrompt } from '../../src/site/code-prompt.js';
import type { ResolvedPage } from '../../src/site/resolve-profile.js';
import { expect, test as base, type Page } from '../support/browsers.js';

const test = base.extend<{ sheet: Page }>({
  sheet: async ({ browser_ }, use) => {
    const page = await browser_.newPage();
    await use(page);
    await page.close();
  },
});

const nothing: Pick<ResolvedPage, 'code'> = { code: { field: [], submit: [], resend: [] } };
/** Records what the page receives. Only input from the browser itself creates `isTrusted` events. */
const notes = `<script>
  window.sent = []; window.keys = [];
  addEventListener('keydown', (event) => { if (event.isTrusted) window.keys.push(event.key); }, true);
  const send = () => window.sent.push([...document.querySelectorAll('input')].map((input) => input.value).join(''));
</script>`;
const boxes = (more = '') =>
  Array.from({ length: 6 }, () => `<input maxlength="1" inputmode="numeric" style="width:36px" ${more}>`).join('');
const wrap = (body: string) =>
  `${notes}<main><h1>安全验证</h1><p>验证码已发送至 151****1234，请输入短信验证码。</p>${body}</main>`;

const shapes: Record<string, string> = {
  'one field beside its resend': wrap(
    `<input aria-label="短信验证码" maxlength="6"><button onclick="window.resent = true">重新发送</button><button>取消</button><button onclick="send()">确 定</button>`,
  ),
  'one field with words before it': wrap(
    `<label>请输入验证码 <input inputmode="numeric" value="111"></label><a role="button" onclick="send()">提交</a>`,
  ),
  'a form that goes with Enter': `${notes}<form onsubmit="send(); return false"><h1>Two-step verification</h1><p>We sent a code to your phone.</p><input autocomplete="one-time-code" placeholder="6-digit code"></form>`,
  'six boxes that move on': wrap(
    `<div oninput="event.target.value && event.target.nextElementSibling?.focus()">${boxes()}</div><button onclick="send()">验证</button>`,
  ),
  'six boxes that do not move on': wrap(`<div>${boxes()}</div><button onclick="send()">Verify</button>`),
  'six boxes with an old code in them': wrap(
    `<div oninput="event.target.value && event.target.nextElementSibling?.focus()">${boxes('value="1"')}</div><button onclick="send()">下一步</button>`,
  ),
  'a dialog in front of a page with a search field': `${notes}<input placeholder="Search" type="search"><p>${'Prose. '.repeat(300)}</p>
    <div role="dialog" aria-modal="true" style="position:fixed;inset:0;background:#fff"><h2>身份验证</h2><p>验证码已发送，59 秒后重新发送</p>
    <input autocomplete="one-time-code" maxlength="6"><button onclick="window.sent.push(this.previousElementSibling.value)">确认</button></div>`,
};

for (const [shape, html] of Object.entries(shapes)) {
  test(`a code is typed and submitted: ${shape}`, async ({ sheet }) => {
    await sheet.setContent(html);
    const prompt = await findCodePrompt(sheet, nothing);
    expect(prompt, 'the field is found').toBeDefined();
    await prompt!.type('493817');
    await prompt!.submit();
    await expect.poll(() => sheet.evaluate('window.sent')).toEqual(['493817']);
    const keys = await sheet.evaluate<string[]>('window.keys');
    expect(keys.filter((key) => /\d/.test(key)).join('')).toBe('493817');
    expect(await prompt!.textAround()).not.toContain('493817');
  });
}

test('a code is typed into a frame and into an open shadow root', async ({ sheet }) => {
  const inner = shapes['one field beside its resend']!.replaceAll('"', '&quot;');
  await sheet.setContent(`<iframe srcdoc="${inner}" style="width:600px;height:400px"></iframe>`);
  await expect.poll(() => sheet.frames().length).toBe(2);
  const frame = sheet.frames()[1]!;
  await frame.waitForLoadState();
  const prompt = await findCodePrompt(sheet, nothing);
  await prompt!.type('493817');
  await prompt!.submit();
  await expect.poll(() => frame.evaluate('window.sent')).toEqual(['493817']);

  await sheet.setContent(`<h1>两步验证</h1><p>验证码已发送</p><div id="host"></div><script>
    const root = document.getElementById('host').attachShadow({ mode: 'open' });
    root.innerHTML = '<input autocomplete="one-time-code"><button>提交</button>';
    root.querySelector('button').onclick = () => { window.sent = root.querySelector('input').value; };
  </script>`);
  const shadowed = await findCodePrompt(sheet, nothing);
  await shadowed!.type('2468');
  await shadowed!.submit();
  await expect.poll(() => sheet.evaluate('window.sent')).toBe('2468');
});

for (const [what, body] of [
  [
    'a phone number and a code',
    '<input name="phone" type="tel" placeholder="手机号"><input placeholder="验证码"><button>登录</button>',
  ],
  ['a coupon', '<label>优惠码 <input maxlength="6"></label><button>确定</button>'],
  ['nothing to type', '<p>请在手机上确认登录</p>'],
] as const) {
  test(`a page that asks for ${what} has no code prompt`, async ({ sheet }) => {
    await sheet.setContent(`<h1>账号</h1>${body}`);
    expect(await findCodePrompt(sheet, nothing)).toBeUndefined();
  });
}

for (const [label, html, expected] of [
  ['free', '<button onclick="window.resent = true">重新获取验证码</button>', { note: 'resent' }],
  ['a span', '<span onclick="window.resent = true">Resend code</span>', { note: 'resent' }],
  ['counting', '<button disabled>45s 后重新发送</button>', { note: 'resend-later', resendAfterS: 45 }],
  ['counting without being disabled', '<span>重新获取(30)</span>', { note: 'resend-later', resendAfterS: 30 }],
  ['missing', '', { note: 'not-resent' }],
] as const) {
  test(`resending a code: the control is ${label}`, async ({ sheet }) => {
    await sheet.setContent(
      `<h1>安全验证</h1><p>短信验证码已下发</p><div><input autocomplete="one-time-code">${html}</div><button>确定</button>`,
    );
    const prompt = await findCodePrompt(sheet, nothing);
    expect(await prompt!.resend()).toEqual(expected);
    expect(await sheet.evaluate('window.resent === true')).toBe(expected.note === 'resent');
  });
}

test("the profile's controls take precedence over the detected ones", async ({ sheet }) => {
  await sheet.setContent(
    `${notes}<h1>安全验证</h1><p>验证码已发送</p><input autocomplete="one-time-code"><input id="mine"><button>确定</button><b id="go" onclick="send()">走</b>`,
  );
  const named: Pick<ResolvedPage, 'code'> = {
    code: { field: [{ css: '#mine' }], submit: [{ css: '#go' }], resend: [] },
  };
  const prompt = await findCodePrompt(sheet, named);
  await prompt!.type('1234');
  await prompt!.submit();
  expect(await sheet.inputValue('#mine')).toBe('1234');
  expect(await sheet.evaluate('window.sent')).toEqual(['1234']);
});
