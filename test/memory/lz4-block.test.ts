import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeLz4Block } from '../../src/memory/lz4-block.ts';
import { CritError } from '../../src/error.ts';
import { compressBlock } from './compress-block.ts';

function decode(block: Uint8Array, size: number): Buffer {
  const target = Buffer.alloc(size, 0xaa);
  decodeLz4Block(block, target);
  return target;
}

test('decodes blocks written by hand', () => {
  assert.deepEqual(decode(Buffer.from('50 68 65 6c 6c 6f'.replaceAll(' ', ''), 'hex'), 5), Buffer.from('hello'));
  // One literal, and a match that repeats it.
  assert.deepEqual(
    decode(Buffer.from('1f61010005' + '5062626262 62'.replace(' ', ''), 'hex'), 30),
    Buffer.from(`${'a'.repeat(25)}bbbbb`),
  );
  // Lengths that go on in further bytes.
  const literals = Buffer.alloc(15 + 255 + 3, 'x');
  assert.deepEqual(decode(Buffer.concat([Buffer.of(0xf0, 255, 3), literals]), literals.length), literals);
});

test('decodes what a compressor wrote, of all kinds of bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 700 })), { maxLength: 20 })
      .map((runs) => {
        return Buffer.concat(runs.map(([byte, length]) => Buffer.alloc(length, byte)));
      }),
    fc
      .array(fc.constantFrom('the ', 'same ', 'words ', 'again '), { maxLength: 500 })
      .map((words) => Buffer.from(words.join(''))),
  );
  fc.assert(
    fc.property(bytes, (original) => {
      assert.deepEqual(decode(compressBlock(original), original.length), Buffer.from(original));
    }),
  );
});

test('a damaged block is an error, and nothing is written beside its pages', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 300 }), (block, size) => {
      const memory = Buffer.alloc(size + 64, 0x55);
      try {
        decodeLz4Block(block, memory.subarray(32, 32 + size));
      } catch (error) {
        assert.ok(error instanceof CritError && error.code === 'format');
      }
      const around = Buffer.concat([memory.subarray(0, 32), memory.subarray(32 + size)]);
      assert.deepEqual(around, Buffer.alloc(64, 0x55));
    }),
    { numRuns: 3000 },
  );
  for (const [hex, size, reason] of [
    ['50686565', 5, /literals are cut off/],
    ['5068656c6c6f', 4, /more than its pages/],
    ['5068656c6c6f', 6, /5 bytes, not the 6/],
    ['1061', 1, undefined],
    ['1061000050', 30, /before the pages/],
    ['10610200', 30, /before the pages/],
    ['106101', 30, /match is cut off/],
    ['1f610100ff', 3000, /length is cut off/],
    ['1f6101001f5062626262', 20, /more than its pages/],
  ] as const) {
    const work = (): Buffer => decode(Buffer.from(hex, 'hex'), size);
    if (reason) assert.throws(work, (error) => error instanceof CritError && reason.test(error.message), hex);
    else work();
  }
});
