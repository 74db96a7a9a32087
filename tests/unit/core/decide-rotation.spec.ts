import { expect, test } from '@playwright/test';
import { decideRotation } from '../../../src/core/decide-rotation.js';
import type { KeyRecord, RotationIntent } from '../../../src/core/key-record.js';

const obtainedAt = '2026-03-01T00:00:00.000Z';
const ours: KeyRecord = {
  version: 1,
  previous: [],
  current: { key: 'a81bc81b-o0fE', obtainedAt, obtainedBy: 'headless', runId: 'r' },
};
const press = (maskBefore: string): RotationIntent => ({ version: 1, id: 'i', runId: 'r', startedAt: obtainedAt, rung: 'headless', hadKeyBefore: true, maskBefore }); // prettier-ignore
const notDue = () => ({ due: false, dueAt: obtainedAt }) as const;

for (const [mask, action] of [
  ['******o0fE', 'keep'],
  ['a81bc81****', 'keep'],
  ['******fE', 'unsettled'],
  ['a81****', 'unsettled'],
] as const) {
  test(`after an interrupted press, our key shown as ${mask} is ${action === 'keep' ? 'kept' : 'no proof'}`, () => {
    expect(decideRotation(ours, { hasKey: true, mask }, press(mask), notDue)).toMatchObject({ action });
  });
}
