import { expect, test } from '@playwright/test';
import type { PlacedFinding } from '../../../../src/app/doctor/finding.js';
import { showFindings } from '../../../../src/cli/output/show-findings.js';
import { same } from '../../../../src/messages/text.js';
import { paint } from '../../../../src/cli/output/paint.js';

const plain = paint({ isTTY: false }, {});
const findings: PlacedFinding[] = [
  { group: 'machine', level: 'ok', check: 'disk', text: same('80 GiB free') },
  {
    group: 'feishu',
    level: 'warning',
    check: 'connection',
    text: same('心流 '.repeat(30).trim()),
    next: same('keyturn notify test'),
  },
  {
    group: 'work',
    level: 'problem',
    check: 'key',
    text: same('it died'),
    code: 'KT154',
    next: same('keyturn refresh work'),
  },
];

test('findings are grouped and aligned, with the code after the text and the command below', () => {
  expect(showFindings([findings[0], findings[2]] as PlacedFinding[], plain, 'en').split('\n')).toEqual([
    'This machine',
    '  ✓ disk  80 GiB free',
    '',
    'Account work',
    '  ✗ key   it died [KT154]',
    '          next: keyturn refresh work',
    '',
    '1 problem: renewals will fail until it is fixed.',
    '',
  ]);
});

for (const [levels, text] of [
  [['ok', 'note'], 'No problems found.'],
  [['ok', 'warning'], '1 warning, no problems: renewals will work.'],
  [['problem', 'problem', 'warning'], '2 problems, 1 warning: renewals will fail until they are fixed.'],
] as const) {
  test(`${levels.join(', ')} are summed up as "${text}"`, () => {
    const shown = levels.map((level, i) => ({ group: 'machine', level, check: 'x', text: same(String(i)) }));
    expect(showFindings(shown, plain, 'en').trimEnd().split('\n').at(-1)).toBe(text);
  });
}

test('a problem with Feishu alone keeps no key from being renewed', () => {
  const silent = { group: 'feishu', level: 'problem', check: 'secret', text: same('wrong') } as const;
  expect(showFindings([silent], plain, 'en')).toContain('1 problem: you cannot be asked or told until it is fixed.');
});

test('colours do not change the layout', () => {
  const color = paint({ isTTY: true }, { FORCE_COLOR: '1' });
  const shown = showFindings(findings, color, 'en');
  expect(shown).toContain('\u001b[');
  // eslint-disable-next-line no-control-regex
  expect(shown.replace(/\u001b\[\d+m/g, '')).toBe(showFindings(findings, plain, 'en'));
});
