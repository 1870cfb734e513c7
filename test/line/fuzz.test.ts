/** The law on damaged images: an error, or the same bytes again. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { HUMAN, PLAIN } from '../../src/codec/style.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';
import { decodeChunks } from './decode-image.ts';
import { packChunks } from './pack-lines.ts';

/** `SEED=7 RUNS=100000` looks further. */
const parameters = {
  seed: Number(process.env['SEED'] ?? 1),
  numRuns: Number(process.env['RUNS'] ?? 3000),
  includeErrorInReport: true,
};

const images = ['crafted', ...CHECKPOINTS.filter((name) => name !== 'incremental').map((name) => `real/${name}`)]
  .flatMap((directory) => fixtureNames(directory).map((name) => readFileSync(fixture(join(directory, name)))))
  .filter((image) => image.length > 0 && image.length < 3000);

const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    kind: fc.constant('remove' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), bytes: fc.constant(new Uint8Array(0)) }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 3 });

function changed(bytes: Buffer, list: readonly { kind: string; at: number; bytes: Uint8Array }[]): Buffer {
  let result = bytes;
  for (const { kind, at, bytes: some } of list) {
    const place = result.length === 0 ? 0 : at % result.length;
    const behind = kind === 'insert' ? place : kind === 'cut' ? result.length : place + some.length;
    result = Buffer.concat(
      [result.subarray(0, place), kind === 'remove' ? '' : some, result.subarray(behind)].map((part) =>
        Buffer.from(part),
      ),
    );
  }
  return result;
}

test('damaged images', () => {
  const property = fc.property(
    fc.constantFrom(...images),
    changes,
    fc.constantFrom(PLAIN, HUMAN),
    (image, list, style) => {
      const damaged = changed(image, list);
      const { text, error } = decodeChunks([damaged], { name: 'x', style });
      const packed = packChunks([Buffer.from(text)]);
      if (error) assert.equal(packed.images.size, 0);
      else assert.deepEqual([packed.error?.message, packed.images.get('x')], [undefined, damaged]);
    },
  );
  fc.assert(property, parameters);
});

test('damaged lines', () => {
  const lines = images.map((image) => Buffer.from(decodeChunks([image], { name: 'x' }).text));
  const property = fc.property(fc.constantFrom(...lines), changes, (text, list) => {
    // Whatever they hold, they are packed or refused by a CritError: all else is thrown here.
    packChunks([changed(text, list)]);
  });
  fc.assert(property, parameters);
});
