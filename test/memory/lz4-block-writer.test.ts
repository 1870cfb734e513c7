import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeLz4Block } from '../../src/memory/lz4-block.ts';
import { Lz4BlockWriter } from '../../src/memory/lz4-block-writer.ts';

/** Debian's own, which has its packages. */
const PYTHON = '/usr/bin/python3';

/** Bytes of all kinds: none that repeat, runs, words, and what repeats far away. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }),
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 700 })), { maxLength: 20 })
    .map((runs) => Buffer.concat(runs.map(([byte, length]) => Buffer.alloc(length, byte)))),
  fc
    .array(fc.constantFrom('the ', 'same ', 'words ', 'again ', '\0\0\0\0'), { maxLength: 900 })
    .map((words) => Buffer.from(words.join(''))),
  fc
    .tuple(fc.uint8Array({ minLength: 20, maxLength: 300 }), fc.integer({ min: 65000, max: 66000 }))
    .map(([part, distance]) => Buffer.concat([part, Buffer.alloc(distance, 7), part])),
);

const WRITERS = [1, 2, 100, 65537].map((acceleration) => new Lz4BlockWriter(acceleration));

function write(writer: Lz4BlockWriter, source: Uint8Array): Buffer {
  const target = Buffer.alloc(source.length + Math.ceil(source.length / 255) + 16);
  const length = writer.write(source, 0, source.length, target, 0, target.length);
  assert.ok(length > 0);
  return target.subarray(0, length);
}

test('what it writes is read back, by writers that have written before', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom(...WRITERS), (source, writer) => {
      const back = Buffer.alloc(source.length);
      decodeLz4Block(write(writer, source), back);
      assert.deepEqual(back, Buffer.from(source));
    }),
    { numRuns: 400 },
  );
});

test('only the given part is read, and only the given room is written', () => {
  const room = fc.integer({ min: 0, max: 5100 });
  fc.assert(
    fc.property(bytes, room, fc.nat(40), fc.nat(40), (source, most, before, behind) => {
      const from = Math.min(before, source.length);
      const end = Math.max(from, source.length - behind);
      const target = Buffer.alloc(most + 64, 0x55);
      const length = WRITERS[0]?.write(source, from, end, target, 32, most) ?? 0;
      assert.ok(length <= most);
      const around = Buffer.concat([target.subarray(0, 32), target.subarray(32 + most)]);
      assert.deepEqual(around, Buffer.alloc(64, 0x55));
      if (length < 0) return;
      const back = Buffer.alloc(end - from);
      decodeLz4Block(target.subarray(32, 32 + length), back);
      assert.deepEqual(back, Buffer.from(source.subarray(from, end)));
    }),
    { numRuns: 400 },
  );
});

test('a target that ends before the given room is not written over', () => {
  const writer = new Lz4BlockWriter();
  assert.equal(writer.write(Buffer.alloc(100, 'abcdefghij0123456789'), 0, 20, Buffer.alloc(10), 0, 1000), -1);
});

test('it compresses: a page of text to less than a half', () => {
  const text = Buffer.from('one two three four five six seven '.repeat(200)).subarray(0, 4096);
  assert.ok(write(new Lz4BlockWriter(), text).length < 200);
});

test('LZ4 itself reads what it writes', (t) => {
  const hasLibrary = spawnSync(PYTHON, ['-c', 'import lz4.block']).status === 0;
  if (!hasLibrary) return t.skip('python3-lz4 is not installed');
  const samples = fc.sample(bytes, { numRuns: 150, seed: 7 }).filter(({ length }) => length > 0);
  const lines = samples.map((source, index) => {
    const writer = WRITERS[index % WRITERS.length] ?? new Lz4BlockWriter();
    return `${write(writer, source).toString('base64')} ${source.length}\n`;
  });
  const program =
    'import sys, base64, hashlib, lz4.block\n' +
    'for line in sys.stdin:\n' +
    '    block, size = line.split()\n' +
    '    print(hashlib.sha1(lz4.block.decompress(base64.b64decode(block), uncompressed_size=int(size))).hexdigest())';
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', program], { input: lines.join(''), encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.deepEqual(
    stdout.trimEnd().split('\n'),
    samples.map((source) => createHash('sha1').update(source).digest('hex')),
  );
});
