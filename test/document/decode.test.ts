/** Images to documents, where the golden outputs do not reach. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatSize } from '../../src/document/payload-size.ts';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { documentOf } from './document.ts';

test('sizes as Python formats them, rounded half to even', () => {
  const sizes: readonly (readonly [number, string])[] = [
    [0, '0B'],
    [1023, '1023B'],
    [1024, '1KB'],
    [1075, '1.0KB'],
    [1280, '1.2KB'],
    [1536, '1.5KB'],
    [1792, '1.8KB'],
    [3328, '3.2KB'],
    [70000, '68.4KB'],
    [1048575, '1024.0KB'],
    [1048576, '1MB'],
    [123456789, '117.7MB'],
    [2 ** 32 - 1, '4.0GB'],
  ];
  for (const [size, text] of sizes) assert.equal(formatSize(size), text);
});

const desc = delimited(1, Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((field) => numeric(field, 0))));

function warningsOf(image: Uint8Array): string[] {
  const warnings: string[] = [];
  documentOf('x.img', image, { onWarning: (message) => warnings.push(message) });
  return warnings;
}

test('padding that is not zero is said to be lost', () => {
  const segment = (padding: string): Buffer =>
    buildImage('IPCNS_SHM', [{ payload: Buffer.concat([desc, numeric(2, 5)]), extra: Buffer.from(`12345${padding}`) }]);
  assert.deepEqual(warningsOf(segment('\0\0\0')), []);
  const [warning = '', ...more] = warningsOf(segment('\0x\0'));
  assert.match(warning, /^x\.img: entry 1 at byte 8: not written as CRIU writes it/);
  assert.deepEqual(more, []);
});

test('an unusual head is said to be lost', () => {
  assert.match(
    warningsOf(readFileSync(fixture('crafted/PSTREE-v1.0.img'))).join(),
    /^x\.img: an unusual head \(none, not common\)/,
  );
});

test('an image that is cut anywhere is an error, and never a whole document', () => {
  for (const name of [
    'ipc/ipcns-msg-9.img',
    'ipc/ipcns-sem-9.img',
    'inet-netns/tcp-stream-e9df4.img',
    'simple/pagemap-2512.img',
  ]) {
    const image = readFileSync(fixture(`real/${name}`));
    let whole = 0;
    for (let length = 0; length < image.length; length += image.length > 2000 ? 7 : 1) {
      try {
        const document: unknown = JSON.parse(documentOf('x', image.subarray(0, length)));
        assert.ok(typeof document === 'object');
        whole++;
      } catch (error) {
        assert.match(String(error), /^CritError: (x: )?.*(truncated|empty|raw data)/);
      }
    }
    // It may end behind each entry.
    assert.ok(whole < 40, `${name}: ${whole}`);
  }
});
