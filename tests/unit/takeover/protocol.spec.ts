import { expect, test } from '@playwright/test';
import { packPicture, parseFromViewer } from '../../../src/takeover/protocol.js';

test('a valid message from the viewer is parsed', () => {
  const message = { type: 'pointer', samples: [[1, 12.5, 10, 20.5]] };
  expect(parseFromViewer(JSON.stringify(message))).toEqual(message);
});

for (const [what, message] of [
  ['no JSON', 'hello'],
  ['an unknown type', { type: 'navigate', url: 'https://evil.example' }],
  ['a key with a modifier', { type: 'key', seq: 1, key: 'Control+t' }],
  ['a function key', { type: 'key', seq: 1, key: 'F12' }],
  ['an unknown field', { type: 'ping', more: 1 }],
  ['a coordinate that is no number', { type: 'wheel', x: 'a', y: 0, dx: 0, dy: 0 }],
  ['a coordinate far away', { type: 'wheel', x: 1e9, y: 0, dx: 0, dy: 0 }],
  ['a pointer of an unknown kind', { type: 'pointer', samples: [[9, 0, 0, 0]] }],
  ['a stage without a size', { type: 'view', width: 0, height: 600 }],
  ['a text without end', { type: 'text', seq: 1, text: 'x'.repeat(5001) }],
  ['more samples than a hand makes', { type: 'pointer', samples: Array.from({ length: 501 }, () => [0, 0, 0, 0]) }],
] as const) {
  test(`an invalid message is rejected: ${what}`, () => {
    expect(parseFromViewer(typeof message === 'string' ? message : JSON.stringify(message))).toBeUndefined();
  });
}

test('a packed picture begins with its header', () => {
  const head = { n: 7, tab: 1, width: 1280, height: 720, offsetTop: 0, at: { x: 16, y: 32 } };
  const packed = packPicture(head, Buffer.from('jpeg'));
  const length = packed.readUInt16BE(0);
  expect(JSON.parse(packed.subarray(2, 2 + length).toString())).toEqual(head);
  expect(packed.subarray(2 + length).toString()).toBe('jpeg');
});
