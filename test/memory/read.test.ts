/** Every byte that is read back is what the process had, however it was stored. */
import assert from 'node:assert/strict';
import { symlinkSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { readMemory } from '../../src/memory/process-strings.ts';
import { CritError } from '../../src/error.ts';
import { temporary } from '../temporary.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from './build-checkpoint.ts';
import { AT, NAMED, WRITTEN, buildChain, buildKnown, expectedAt } from './known-memory.ts';

const WAYS = {
  plain: {},
  'as older CRIU writes it': { isOld: true },
  'compressed, a page a block': { pagesPerBlock: 1 },
  'compressed, 4 pages a block': { pagesPerBlock: 4 },
  'compressed, more pages a block than there are': { pagesPerBlock: 1024 },
} as const;

function assertKnown(directory: string): void {
  const memory = new CheckpointMemory(Checkpoint.openDirectory(directory));
  const process = memory.process(7);
  assert.equal(process.name, 'first');
  assert.deepEqual(
    Array.from(process.vmas, ({ name }) => name),
    NAMED.map(([name]) => name),
  );
  const read = (start: number, length: number): Buffer =>
    readMemory(memory, process, BigInt(start), BigInt(start + length));
  for (const [name, { start, end }] of NAMED) {
    const expected = expectedAt(start, end - start);
    if (!expected) assert.throws(() => read(start, end - start), /as in the file/, name);
    else assert.ok(read(start, end - start).equals(expected), `${name} at ${start.toString(16)}`);
    // And each page by itself, from an odd place.
    for (let at = start; at < end; at += PAGE) {
      const page = expectedAt(at, PAGE);
      if (page) assert.ok(read(at + 13, 100).equals(page.subarray(13, 113)), at.toString(16));
    }
  }
  memory.checkpoint.close();
}

for (const [name, ways] of Object.entries(WAYS)) {
  test(`memory of every kind, ${name}`, (t) => assertKnown(buildKnown(temporary(t), ways)));
  test(`memory of every kind as the third of three dumps, ${name}`, (t) => assertKnown(buildChain(temporary(t), ways)));
}

test('pages of 64 KiB', (t) => {
  const pageSize = 65536;
  const data = Buffer.alloc(2 * pageSize, 'abc');
  const directory = buildCheckpoint(temporary(t), {
    processes: [
      { pid: 7, areas: [{ start: 0x10000, end: 0x50000, kind: ANON_PRIVATE }], pages: [{ at: 0x20000, data }] },
    ],
    pageSize,
  });
  const memory = new CheckpointMemory(Checkpoint.openDirectory(directory));
  assert.equal(memory.pageSize, pageSize);
  const bytes = readMemory(memory, memory.process(7), 0x10000n, 0x50000n);
  assert.deepEqual(bytes, Buffer.concat([Buffer.alloc(pageSize), data, Buffer.alloc(pageSize)]));
  memory.checkpoint.close();
});

function failure(directory: string, start: number): CritError {
  const checkpoint = Checkpoint.openDirectory(directory);
  try {
    const memory = new CheckpointMemory(checkpoint);
    readMemory(memory, memory.process(7), BigInt(start), BigInt(start + 10));
  } catch (error) {
    if (error instanceof CritError) return error;
    throw error;
  } finally {
    checkpoint.close();
  }
  throw new Error('no failure');
}

test('a chain that is broken is an error that names the place', (t) => {
  const directory = temporary(t);
  const last = buildChain(directory);
  truncateSync(join(directory, '1/pages-3.img'), 5000);
  assert.match(
    failure(last, AT.anonymous + PAGE).message,
    /^parent\/parent\/pages-3.img: byte \d+: truncated: \d+ bytes expected/,
  );
  unlinkSync(join(directory, '1/pagemap-7.img'));
  assert.equal(
    failure(last, AT.file + PAGE).message,
    'parent/parent/pagemap-7.img: is missing, and pages are said to be in it',
  );
  unlinkSync(join(directory, '2/parent'));
  assert.equal(
    failure(last, AT.file + PAGE).message,
    'parent/parent: is missing, and pages are said to be in it (see --parent)',
  );
  symlinkSync('../nowhere', join(directory, '2/parent'));
  assert.equal(
    failure(last, AT.file + PAGE).message,
    'parent/parent: leads to ../nowhere, which is not there, and pages are said to be in it (see --parent)',
  );
  unlinkSync(join(directory, '2/parent'));
  symlinkSync('../3', join(directory, '2/parent'));
  assert.equal(
    failure(last, AT.file + PAGE).message,
    'parent/parent: leads back to where it came from: a loop of parents',
  );
});

test('a page that the parent does not have is an error', (t) => {
  const directory = temporary(t);
  buildKnown(join(directory, '1'), {}, WRITTEN.slice(1));
  const last = buildKnown(join(directory, '2'), { parent: '../1' }, [
    { at: AT.file + PAGE, pages: 2, where: 'parent' },
  ]);
  assert.match(
    failure(last, AT.file + PAGE).message,
    /pagemap-7.img: the page at 0x401000 is said to be in the parent/,
  );
});

test('damaged pagemaps are errors', (t) => {
  const areas = [{ start: 0, end: 1 << 20, kind: ANON_PRIVATE }];
  const data = Buffer.alloc(PAGE);
  for (const [pages, reason] of [
    [
      [
        { at: 0x2000, data },
        { at: 0x1000, data },
      ],
      /entry 3 at byte \d+: its pages are not behind/,
    ],
    [
      [
        { at: 0x1000, data: Buffer.alloc(2 * PAGE) },
        { at: 0x2000, data },
      ],
      /not behind/,
    ],
    [[{ at: 0x1001, data }], /no multiple of the page size/],
  ] as const) {
    const directory = buildCheckpoint(join(temporary(t), 'a'), { processes: [{ pid: 7, areas, pages }] });
    assert.match(failure(directory, 0x1000).message, reason);
  }
});

test('a chain of forty dumps, each with a page of its own', (t) => {
  const directory = temporary(t);
  const length = 40;
  const areas = [{ start: 0x10000, end: 0x10000 + length * PAGE, kind: ANON_PRIVATE }];
  for (let dump = 0; dump < length; dump++) {
    const pages = Array.from({ length: dump + 1 }, (_, page) => {
      const at = 0x10000 + page * PAGE;
      return page === dump ? { at, data: Buffer.alloc(PAGE, dump) } : { at, pages: 1, where: 'parent' as const };
    });
    buildCheckpoint(join(directory, String(dump)), {
      processes: [{ pid: 7, areas, pages }],
      ...(dump > 0 && { parent: `../${dump - 1}` }),
    });
  }
  const memory = new CheckpointMemory(Checkpoint.openDirectory(join(directory, String(length - 1))));
  const bytes = readMemory(memory, memory.process(7), 0x10000n, BigInt(0x10000 + length * PAGE));
  for (let page = 0; page < length; page++) assert.equal(bytes[page * PAGE + 7], page);
  memory.checkpoint.close();
});
