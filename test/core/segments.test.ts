/** How memory is cut into segments, and what debuggers make of a great many of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointCores } from '../../src/core/checkpoint-cores.ts';
import { planSegments } from '../../src/core/segments.ts';
import { ANON_PRIVATE, FILE_PRIVATE, PAGE, type BuiltArea } from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';
import { buildTree, x86Thread } from './build-process.ts';
import { coreOf } from './core-of.ts';
import { debug, without } from './debugger.ts';
import { CoreReader } from './elf.ts';

const START = 0x10000000;

/** A process with one area, of which some pages were saved. */
function withPages(t: TestContext, kind: BuiltArea['kind'], count: number, saved: readonly number[]): string {
  const areas: BuiltArea[] = [{ start: START, end: START + count * PAGE, kind, shmid: 5 }];
  const pages = saved.map((page) => ({ at: START + page * PAGE, data: Buffer.alloc(PAGE, 1 + (page % 250)) }));
  const built = { processes: [{ pid: 7, areas, pages }], files: { 5: '/bin/program' }, threads: { 7: x86Thread() } };
  return buildTree(join(temporary(t), 'dump'), built);
}

/** Page, pages in the file and pages of each segment. */
function segments(core: Buffer): number[][] {
  return new CoreReader(core).loads.map(({ address, fileBytes, memoryBytes }) => [
    (Number(address) - START) / PAGE,
    fileBytes / PAGE,
    Number(memoryBytes) / PAGE,
  ]);
}

test('untouched memory takes no bytes: behind contents as the rest of a segment, before them as one of its own', (t) => {
  assert.deepEqual(segments(coreOf(withPages(t, ANON_PRIVATE, 10, [2, 3, 6]), 7)), [
    [0, 0, 2],
    [2, 2, 4],
    [6, 1, 4],
  ]);
  assert.deepEqual(segments(coreOf(withPages(t, ANON_PRIVATE, 10, []), 7)), [[0, 0, 10]]);
});

test('pages of files that were not saved are segments without contents, between those that were', (t) => {
  assert.deepEqual(segments(coreOf(withPages(t, FILE_PRIVATE, 10, [2, 3, 6]), 7)), [
    [0, 0, 2],
    [2, 2, 2],
    [4, 0, 2],
    [6, 1, 1],
    [7, 0, 3],
  ]);
});

test('too many segments become fewer where small gaps get zeros', (t) => {
  const checkpoint = Checkpoint.openDirectory(withPages(t, ANON_PRIVATE, 100, [0, 2, 4, 6, 10, 14, 18, 40, 60]));
  t.after(() => checkpoint.close());
  const { pieces } = new CheckpointCores(checkpoint).contents(7);
  assert.deepEqual(planSegments(pieces, 9), { gap: 0, segments: 9, pages: 9 });
  assert.deepEqual(planSegments(pieces, 8), { gap: 1, segments: 6, pages: 12 });
  assert.deepEqual(planSegments(pieces, 3), { gap: 4, segments: 3, pages: 21 });
  assert.deepEqual(planSegments(pieces, 1), { gap: 16, segments: 3, pages: 21 });
});

test('more segments than the header can count', { skip: without('gdb') || without('eu-readelf') }, (t) => {
  // Zeros in a mapped file are contents, and take no room in compressed images.
  const count = 33_000;
  const areas: BuiltArea[] = [{ start: START, end: START + 2 * count * PAGE, kind: FILE_PRIVATE, shmid: 5 }];
  const zeros = Buffer.alloc(PAGE);
  const pages = Array.from({ length: count }, (_, index) => ({
    at: START + 2 * index * PAGE,
    data: index === 0 || index === count - 1 ? Buffer.alloc(PAGE, 0x61 + (index && 1)) : zeros,
  }));
  const folder = temporary(t);
  const directory = buildTree(join(folder, 'dump'), {
    processes: [{ pid: 7, areas, pages }],
    files: { 5: '/bin/program' },
    threads: { 7: x86Thread() },
    pagesPerBlock: 1,
  });
  const path = join(folder, 'core');
  const core = coreOf(directory, 7);
  writeFileSync(path, core);
  assert.equal(new CoreReader(core).loads.length, 2 * count);
  const last = START + 2 * (count - 1) * PAGE;
  const text = debug('gdb', ['-core', path], [`x/s ${START}`, `x/s ${last}`]);
  assert.match(text, /0x10000000:\t'a'[^]*:\t'b'/);
  const { stdout, status } = spawnSync('eu-readelf', ['-h', path], { encoding: 'utf8' });
  assert.match(stdout, /65535 \(66001 in \[0\]\.sh_info\)/);
  assert.equal(status, 0);
});
