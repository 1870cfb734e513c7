import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDevice, parseDevice } from '../../src/codec/device.ts';

/** A number in the kernel's form, and in that of makedev(3). */
const DEVICES: [text: string, kernel: number, library: number][] = [
  ['0:0', 0, 0],
  ['1:3', 0x100003, 0x103],
  ['8:255', 0x8000ff, 0x8ff],
  ['8:256', 0x800100, 0x100800],
  ['259:1048575', 0x103fffff, 0xfff103ff],
  ['4095:1048575', 0xffffffff, 0xffffffff],
];

for (const [text, kernel, library] of DEVICES) {
  test(text, () => {
    assert.deepEqual([formatDevice(kernel, false), formatDevice(library, true)], [text, text]);
    assert.deepEqual([parseDevice(text, false), parseDevice(text, true)], [kernel, library]);
  });
}

test('no device', () => {
  for (const text of [
    '',
    ':',
    '1',
    '1:',
    ':1',
    '1:2:3',
    '-1:2',
    '4096:0',
    '0:1048576',
    '1:2 ',
    '0x1:2',
    '99999999:1',
  ]) {
    assert.deepEqual([parseDevice(text, false), parseDevice(text, true)], [undefined, undefined], text);
  }
});
