import { expect, test } from '@playwright/test';
import { parseFromViewer } from '../../../src/takeover/from-viewer.js';

test('a valid message from the viewer is parsed', () => {
  const message = { type: 'pointer', samples: [[1, 12.5, 10, 20.5]] };
  expect(parseFromViewer(JSON.stringify(message))).toEqual(message);
});

for (const [what, message] of [
  ['no JSON', 'hello'],
  ['an unknown type', { type: 'navigate', url: 'https://evil.example' }],
  ['a key with a modifier', { type: 'key', key: 'Control+t' }],
  ['a function key', { type: 'key', key: 'F12' }],
  ['an unknown field', { type: 'ping', more: 1 }],
  ['a coordinate that is no number', { type: 'wheel', x: 'a', y: 0, dx: 0, dy: 0 }],
  ['a coordinate far away', { type: 'wheel', x: 1e9, y: 0, dx: 0, dy: 0 }],
  ['a pointer of an unknown kind', { type: 'pointer', samples: [[9, 0, 0, 0]] }],
  ['a stage without a size', { type: 'view', width: 0, height: 600 }],
  ['a text without end', { type: 'text', text: 'x'.repeat(5001) }],
  ['more samples than a hand makes', { type: 'pointer', samples: Array.from({ length: 501 }, () => [0, 0, 0, 0]) }],
] as const) {
  test(`an invalid message is rejected: ${what}`, () => {
    expect(parseFromViewer(typeof message === 'string' ? message : JSON.stringify(message))).toBeUndefined();
  });
}
