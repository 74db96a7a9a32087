import { diskFindings, judgeDisk } from '../../../../src/app/doctor/machine-findings.js';
import { expect, test } from '../../store/temp-home.js';

const mebi = 1024 * 1024;
const folder = '/srv/keys and more';

for (const [what, room, level, text, next] of [
  ['plenty', { freeBytes: 5 * 1024 * mebi }, 'ok', /^5\.0 GiB free/, undefined],
  ['nearly full', { freeBytes: 400 * mebi }, 'warning', /nearly full: 400 MiB/, "df -h '/srv/keys and more'"],
  ['full', { freeBytes: 3 * mebi }, 'problem', /as good as full: 3 MiB/, "df -h '/srv/keys and more'"],
] as const) {
  test(`a disk with ${what} is reported as ${level}`, () => {
    const [finding] = judgeDisk({ folder, ...room });
    expect(finding).toMatchObject({ level, check: 'disk' });
    expect(finding?.text.en).toMatch(text);
    expect(finding?.next?.en).toBe(next);
  });
}

test('for a home that does not exist yet, the disk of its parent folder is checked', async ({ home }) => {
  const [finding] = await diskFindings(`${home}/not/yet`);
  expect(finding?.text.en).toContain(home);
});
