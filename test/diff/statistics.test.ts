/** The numbers of --stat against the simplest way to count them: maps of pages. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointDiff } from '../../src/diff/diff-checkpoints.ts';
import { HEAP, PAGE, buildCheckpoint } from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';

const START = 0x10000;
const PAGES = 12;

/** The contents of pages, each of one byte, by process and place; 0 stands for zeros. */
type Contents = readonly (readonly (number | undefined)[])[];

function build(directory: string, contents: Contents): Checkpoint {
  const processes = contents.map((pages, index) => ({
    pid: index + 1,
    name: 'one',
    areas: [{ start: START, end: START + PAGES * PAGE, kind: HEAP }],
    pages: pages.flatMap((byte, page) =>
      byte === undefined ? [] : [{ at: START + page * PAGE, data: Buffer.alloc(PAGE, byte) }],
    ),
  }));
  return Checkpoint.openDirectory(buildCheckpoint(directory, { processes }));
}

function flat(contents: Contents): Map<string, number> {
  return new Map(
    contents.flatMap((pages, process) =>
      pages.flatMap((byte, page) => (byte === undefined ? [] : [[`${process} ${page}`, byte] as const])),
    ),
  );
}

function expected(before: Contents, after: Contents): Record<string, number> {
  const [left, right] = [flat(before), flat(after)];
  const bytes = [...right.values()];
  const contents = bytes.filter((byte) => byte !== 0);
  const same = [...right].filter(([place, byte]) => left.get(place) === byte).length;
  const there = new Set(left.values());
  return {
    zero_pages: bytes.length - contents.length,
    duplicates_within: contents.length - new Set(contents).size,
    duplicates_between: contents.filter((byte) => there.has(byte)).length,
    incremental_bytes: (right.size - same) * PAGE,
    saved_bytes: same * PAGE,
  };
}

const process = fc.array(fc.option(fc.nat({ max: 3 }), { nil: undefined }), { minLength: PAGES, maxLength: PAGES });
/** The second process may be on one side alone. */
const contents = fc.array(process, { minLength: 1, maxLength: 2 });

test('what an incremental dump writes and saves, and pages that are there twice', (t) => {
  const top = temporary(t);
  let run = 0;
  const property = fc.property(contents, contents, (one, other) => {
    run++;
    const [before, after] = [build(join(top, `${run}-a`), one), build(join(top, `${run}-b`), other)];
    const diff = new CheckpointDiff(before, after, { only: ['memory'], duplicates: true });
    const count = [...diff.differences()].length;
    const { page_size, pages, ...numbers } = diff.totals();
    assert.deepEqual(numbers, expected(one, other));
    assert.equal(page_size, PAGE);
    assert.ok(count > 0 || pages.changed === 0);
    before.close();
    after.close();
  });
  fc.assert(property, { seed: 5, numRuns: 60 });
});
