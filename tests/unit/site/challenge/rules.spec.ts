import { expect, test } from '@playwright/test';
import { decide, type DecideInput } from '../../../../src/site/challenge/rules.js';
import { digitBoxes } from '../../../../src/site/challenge/find-second-factor.js';
import type { Area, Field, FrameFacts, FrameScan, WidgetMatch } from '../../../../src/site/challenge/page-facts.js';
import { widgetRules } from '../../../../src/site/challenge/vendors.js';

const box = { x: 400, y: 200, w: 300, h: 34 };
const field = (more: Partial<Field> = {}): Field => ({
  type: 'text',
  name: '',
  autocomplete: '',
  inputMode: '',
  maxLength: -1,
  label: '',
  box,
  editable: true,
  overSlots: false,
  inBar: false,
  ...more,
});
const area = (texts: readonly string[], more: Partial<Area> = {}): Area => ({
  kind: 'page',
  overMiddle: false,
  lines: texts.map((text) => ({ text, box, heading: false, quoted: false })),
  length: texts.join('').length * 2,
  fields: [],
  buttons: [],
  links: [],
  pictures: [],
  handles: [],
  embeds: [],
  ...more,
});
const main = (areas: Area[], facts: Partial<FrameFacts> = {}): FrameScan => ({
  where: 'main frame',
  isMain: true,
  urls: ['https://console.example.test/'],
  visible: true,
  inFront: false,
  facts: {
    url: 'https://console.example.test/',
    title: '',
    areas,
    widgets: [],
    barLinks: [],
    signedIn: false,
    source: { type: 'text/html', text: '' },
    truncated: false,
    ...facts,
  },
});
const verdictOf = (frames: readonly FrameScan[], more: Partial<DecideInput> = {}) =>
  decide({ frames, clues: [], isReady: false, stepFailed: false, ...more });

const ruleOf = (vendor: string, isAnchor = false) =>
  widgetRules.findIndex((rule) => rule.vendor === vendor && (rule.isAnchor ?? false) === isAnchor);
const widget = (vendor: string, more: Partial<WidgetMatch> = {}): WidgetMatch => ({
  rule: ruleOf(vendor),
  place: 'page',
  solved: false,
  proseAbove: 0,
  ...more,
});

const signIn = area(['账号登录'], {
  fields: [field({ label: '账号' }), field({ type: 'password' })],
  buttons: ['登录'],
});
const code = area(['短信验证码已发送', '两步验证'], {
  fields: [field({ label: '短信验证码', maxLength: 6 })],
  buttons: ['确定'],
});
const shell = { barLinks: ['总览', '密钥', '用量', '成员'], signedIn: true };

test('the precedence is widget, sign-in form, code prompt, login text', () => {
  expect(verdictOf([main([signIn], { widgets: [widget('baxia-nc')] })]).label).toBe('captcha');
  expect(verdictOf([main([{ ...code, kind: 'dialog' }, signIn])]).label).toBe('login');
  expect(verdictOf([main([code, area(['请先登录'], { kind: 'notice' })])]).label).toBe('2fa');
});

test('a CAPTCHA in a sign-in form is told from one on another page', () => {
  const slider = { widgets: [widget('baxia-nc')] };
  expect(verdictOf([main([signIn], slider)])).toMatchObject({ label: 'captcha', onSignIn: true });
  expect(verdictOf([main([area(['密钥'])], slider)])).toMatchObject({ label: 'captcha', onSignIn: false });
});

test('a notice over a page that is not ready counts after a failed step', () => {
  const notice = area(['我们重视您的隐私'], { kind: 'dialog', overMiddle: true, buttons: ['全部接受'] });
  const failed = { stepFailed: true };
  expect(verdictOf([main([notice, area([])])], failed).label).toBe('overlay');
  expect(verdictOf([main([notice, area([])])]).label).toBe('none');
  // A bar at the edge and a dialog of a page that is ready are in nobody's way.
  expect(verdictOf([main([{ ...notice, overMiddle: false }, area([])])], failed).label).toBe('none');
  expect(verdictOf([main([notice, area(['密钥'])])], { ...failed, isReady: true }).label).toBe('none');
});

test('the precedence of texts is login, rate limit, maintenance', () => {
  expect(verdictOf([main([area(['请先登录', '请求过于频繁'])])]).label).toBe('login');
  expect(verdictOf([main([area(['请求过于频繁', '系统维护中'])])]).label).toBe('rate_limited');
  expect(verdictOf([main([area(['系统维护中'])])]).label).toBe('maintenance');
  expect(verdictOf([main([area(['密钥'])])]).label).toBe('none');
});

test('the picture is of the dialog in front, else of what the page shows', () => {
  const at = (x: number, y: number) => ({ x, y, w: 300, h: 34 });
  const behind = area(['密钥'], { pictures: [{ box: at(0, 700), about: '' }] });
  const dialog = area(['请完成验证'], { kind: 'dialog', embeds: [at(420, 260)] });
  const widgetIn = (place: WidgetMatch['place']) => ({ widgets: [widget('baxia-nc', { place })] });
  const around = { x: 400, y: 200, w: 320, h: 94 };
  expect(verdictOf([main([dialog, behind], widgetIn('dialog'))]).box).toEqual(around);
  const onPage = verdictOf([main([area(['Cookie'], { kind: 'dialog' }), behind], widgetIn('page'))]);
  expect(onPage.box).toEqual({ x: 0, y: 200, w: 700, h: 534 });
  expect(verdictOf([main([behind])]).box).toBeUndefined();
});

test('a passed widget does not count', () => {
  expect(verdictOf([main([area(['修改昵称'])], { widgets: [widget('baxia-nc', { solved: true })] })]).label).toBe(
    'none',
  );
});

test('a start button counts only on a page with nothing else, or after a failed step', () => {
  const anchor = widget('geetest', { rule: ruleOf('geetest', true) });
  const form = main([area(['评论'], { fields: [field({ label: '标题' })] })], { ...shell, widgets: [anchor] });
  expect(verdictOf([form])).toMatchObject({ label: 'none' });
  expect(verdictOf([form], { stepFailed: true }).label).toBe('captcha');
  expect(verdictOf([main([area(['请完成验证'])], { widgets: [anchor] })]).label).toBe('captcha');
});

test('the same text inside an application does not count', () => {
  const words = ['请先登录', '请求过于频繁', '页面不存在'].map((text) => text.repeat(20));
  expect(verdictOf([main([area(words)], shell)]).label).toBe('none');
});

test('quoted lines do not count', () => {
  const page = area(['请完成人机验证'], { buttons: ['开始'] });
  expect(verdictOf([main([page])]).label).toBe('captcha');
  expect(verdictOf([main([{ ...page, lines: page.lines.map((line) => ({ ...line, quoted: true })) }])]).label).toBe(
    'none',
  );
});

test('the content of a hidden frame does not count', () => {
  const parent = main([area(['密钥'])], shell);
  const child: FrameScan = { ...main([signIn]), isMain: false, where: 'frame 2 of 2', visible: false, parent };
  expect(verdictOf([parent, child]).label).toBe('none');
});

test('a ready page overrules its own prompts, and a widget beside its content until a step fails, but no dialog', () => {
  expect(verdictOf([main([code])], { isReady: true }).label).toBe('none');
  expect(verdictOf([main([{ ...code, kind: 'dialog' }, area(['密钥'])])], { isReady: true }).label).toBe('2fa');
  const withWidget = [main([area(['密钥'])], { widgets: [widget('baxia-nc')] })];
  expect(verdictOf(withWidget, { isReady: true }).label).toBe('none');
  expect(verdictOf(withWidget, { isReady: true, stepFailed: true }).label).toBe('captcha');
});

test('maintenance that is only announced does not count', () => {
  expect(verdictOf([main([area(['系统将于 11 月 25 日 02:00 进行升级'])])]).label).toBe('none');
  expect(verdictOf([main([area(['系统将于 11 月 25 日 02:00 停机升级，升级中'])])]).label).toBe('maintenance');
});

test('a challenge that mostly passes by itself is no challenge yet', () => {
  const clue = {
    label: 'captcha',
    vendor: 'aws-waf',
    strength: 'marker',
    passesItself: 'mostly',
    evidence: 'header',
  } as const;
  expect(verdictOf([main([area([])])], { clues: [clue] })).toMatchObject({
    label: 'none',
    selfResolving: true,
  });
});

const digit = (x: number, more: Partial<Field> = {}) => field({ box: { x, y: 300, w: 40, h: 44 }, ...more });
const row = (count: number, more: Partial<Field> = {}) => Array.from({ length: count }, (_, i) => digit(i * 50, more));

test('a row of one-digit inputs is a code prompt, but not with longer or fewer inputs', () => {
  expect(digitBoxes(row(6, { maxLength: 1 }))).toBeDefined();
  expect(
    digitBoxes([
      digit(0, { maxLength: 6 }),
      ...row(5).map((one) => ({ ...one, box: { ...one.box, x: one.box.x + 60 } })),
    ]),
  ).toBeDefined();
  expect(digitBoxes(row(4, { maxLength: 4 }))).toBeUndefined();
  expect(digitBoxes(row(3, { maxLength: 1 }))).toBeUndefined();
  expect(digitBoxes(row(6))).toBeUndefined();
});
