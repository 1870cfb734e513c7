/** What is said of real checkpoints and what edits make of them: the edit, and nothing else. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { Output } from '../../src/codec/output.ts';
import { CheckpointDiff, type DiffOptions } from '../../src/diff/diff-checkpoints.ts';
import type { Difference } from '../../src/diff/difference.ts';
import { CritError } from '../../src/error.ts';
import { LineMapper } from '../../src/line/filter/line-mapper.ts';
import { LinePipe } from '../../src/line/filter/line-pipe.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { decodeChunks } from '../line/decode-image.ts';
import { packChunks } from '../line/pack-lines.ts';
import { HEAP, PAGE, buildCheckpoint, type BuiltCheckpoint } from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';

function differences(before: string, after: string, options: DiffOptions = {}): Difference[] {
  const opened = [before, after].map((path) => Checkpoint.openDirectory(path));
  try {
    const [one, other] = opened;
    assert.ok(one && other);
    return [...new CheckpointDiff(one, other, options).differences()];
  } finally {
    for (const checkpoint of opened) checkpoint.close();
  }
}

function said(list: readonly Difference[]): string[] {
  return list.map(({ change, kind, pid, name, field, before, after }) =>
    JSON.stringify([change, kind, pid, name, field, before, after].filter((part) => part !== undefined)),
  );
}

/** A copy of a fixture with some images changed by code, as crit-map does. */
function edited(t: TestContext, name: string, edits: Readonly<Record<string, string>>): string {
  const directory = join(temporary(t), 'edited');
  cpSync(fixture(`real/${name}`), directory, { recursive: true });
  for (const image of readdirSync(directory)) {
    const code = Object.entries(edits).find(([prefix]) => image.startsWith(prefix))?.[1];
    if (code === undefined) continue;
    const path = join(directory, image);
    const { text } = decodeChunks([readFileSync(path)], { name: image });
    const output = new Output();
    const mapper = new LinePipe(output, new LineMapper(code));
    mapper.push(Buffer.from(text));
    mapper.end();
    const { images, error } = packChunks([output.take()]);
    assert.equal(error, undefined);
    writeFileSync(path, images.get(image) ?? '');
  }
  return directory;
}

for (const name of CHECKPOINTS.filter((each) => !['incremental', 'lazy', 'cpuinfo'].includes(each))) {
  test(`${name} beside itself: nothing`, () => {
    assert.deepEqual(differences(fixture(`real/${name}`), fixture(`real/${name}`), { all: true }), []);
  });
}

test('a limit', (t) => {
  const code = 'if (entry.tc?.rlimits) entry.tc.rlimits.rlimits[7].cur = 77';
  const list = differences(fixture('real/simple'), edited(t, 'simple', { 'core-': code }));
  assert.equal(list.length, 1);
  assert.match(said(list)[0] ?? '', /"changed","process",\d+,"[^"]+","rlimits\.nofile\.cur",\d+,77/);
});

test('another container, where both say whose they are', (t) => {
  const top = temporary(t);
  const [before, after] = ['a', 'b'].map((name) => {
    const directory = join(top, name);
    cpSync(fixture('real/simple'), join(directory, 'checkpoint'), { recursive: true });
    writeFileSync(
      join(directory, 'config.dump'),
      JSON.stringify({ name, id: '7', checkpointedTime: `2026-01-0${name === 'a' ? 1 : 2}` }),
    );
    return directory;
  });
  assert.ok(before !== undefined && after !== undefined);
  assert.deepEqual(said(differences(before, after)), ['["changed","container","a","name","a","b"]']);
  assert.equal(differences(before, after, { all: true }).length, 2);
  assert.deepEqual(differences(before, fixture('real/simple')), []);
});

test('a name of a process', (t) => {
  const list = differences(
    fixture('real/simple'),
    edited(t, 'simple', { 'core-': 'if (entry.tc) entry.tc.comm = entry.thread_core.comm = "new"' }),
  );
  assert.deepEqual(
    list.map(({ kind, field, after }) => [kind, field, after]),
    [['process', 'comm', 'new']],
  );
});

test('a position in a file is told once for all who share it', (t) => {
  const list = differences(
    fixture('real/fds'),
    edited(t, 'fds', { 'files.img': 'if (entry.reg && entry.reg.name.endsWith("quoted.txt")) entry.reg.pos = 77' }),
  );
  for (const { kind, field, after } of list) assert.deepEqual([kind, field, after], ['file', 'pos', 77]);
});

test('ids that are others in another dump do not count', (t) => {
  const code = `
    if (entry.id !== undefined) entry.id += 1000;
    for (const part of Object.values(entry)) if (part && part.id !== undefined) part.id += 1000;
    if (entry.usk) {}
    if (magic === 'FS') { entry.cwd_id += 1000; entry.root_id += 1000; }
    if (magic === 'MM') { entry.exe_file_id += 1000; for (const vma of entry.vmas) if (vma.status & 0xc0) vma.shmid += 1000; }`;
  const list = differences(
    fixture('real/simple'),
    edited(t, 'simple', { 'files.img': code, 'fdinfo-': code, 'fs-': code, 'mm-': code }),
  );
  assert.deepEqual(said(list), []);
});

test('a namespace is the same where the same processes are in it; what is in it is told', (t) => {
  const code = 'if (entry.uts_ns_id) entry.uts_ns_id += 100; if (entry.ids?.uts_ns_id) entry.ids.uts_ns_id += 100;';
  const rename = (directory: string): string => {
    const image = readdirSync(directory).find((name) => name.startsWith('utsns-')) ?? '';
    renameSync(join(directory, image), join(directory, `utsns-${Number(/\d+/.exec(image)?.[0]) + 100}.img`));
    return directory;
  };
  const before = fixture('real/ns');
  assert.deepEqual(said(differences(before, rename(edited(t, 'ns', { 'ids-': code, 'core-': code })))), []);
  const other = edited(t, 'ns', { 'ids-': code, 'core-': code, 'utsns-': 'entry.nodename = "other"' });
  const [host, ...more] = differences(before, rename(other));
  assert.deepEqual([host?.kind, host?.field, host?.after, more.length], ['image', 'nodename', 'other', 0]);
});

const BUILT: BuiltCheckpoint = {
  processes: [
    {
      pid: 7,
      name: 'seven',
      areas: [{ start: 0x10000, end: 0x20000, kind: HEAP }],
      pages: [{ at: 0x10000, data: Buffer.alloc(3 * PAGE, 'x') }],
    },
  ],
};

function withPages(data: Buffer): BuiltCheckpoint {
  return { processes: BUILT.processes.map((process) => ({ ...process, pages: [{ at: 0x10000, data }] })) };
}

test('one byte of memory', (t) => {
  const top = temporary(t);
  const data = Buffer.alloc(3 * PAGE, 'x');
  data[PAGE + 5] = 0;
  const [before, after] = [buildCheckpoint(join(top, 'a'), BUILT), buildCheckpoint(join(top, 'b'), withPages(data))];
  const [memory, bytes, ...more] = differences(before, after, { only: ['memory', 'bytes'] });
  assert.deepEqual(memory?.pages, { added: 0, removed: 0, changed: 1, same: 2, bytes: 1 });
  assert.deepEqual([bytes?.address, bytes?.before, bytes?.after], ['0x11005', '78', '00']);
  assert.deepEqual(more, []);
});

test('pages that came; zeros that were never touched before are the same', (t) => {
  const top = temporary(t);
  const data = Buffer.concat([Buffer.alloc(3 * PAGE, 'x'), Buffer.alloc(PAGE), Buffer.alloc(PAGE, 'y')]);
  const [before, after] = [buildCheckpoint(join(top, 'a'), BUILT), buildCheckpoint(join(top, 'b'), withPages(data))];
  const [memory] = differences(before, after, { only: ['memory'] });
  assert.deepEqual(memory?.pages, { added: 1, removed: 0, changed: 0, same: 4, bytes: 0 });
});

test('compressed pages beside plain ones: nothing', (t) => {
  const top = temporary(t);
  const before = buildCheckpoint(join(top, 'a'), BUILT);
  const after = buildCheckpoint(join(top, 'b'), { ...BUILT, pagesPerBlock: 2 });
  assert.deepEqual(differences(before, after, { only: ['memory'] }), []);
});

test('a chain beside all of it in one directory: nothing', (t) => {
  const top = temporary(t);
  const area = { start: 0x10000, end: 0x20000, kind: HEAP };
  const chain = (pages: NonNullable<BuiltCheckpoint['processes'][0]['pages']>): BuiltCheckpoint['processes'] => [
    { pid: 7, name: 'seven', areas: [area], pages },
  ];
  buildCheckpoint(join(top, 'first'), { processes: chain([{ at: 0x10000, data: Buffer.alloc(3 * PAGE, 'x') }]) });
  const second = buildCheckpoint(join(top, 'second'), {
    parent: '../first',
    processes: chain([
      { at: 0x10000, pages: 1, where: 'parent' },
      { at: 0x11000, data: Buffer.alloc(PAGE, 'y') },
      { at: 0x12000, pages: 1, where: 'parent' },
    ]),
  });
  const data = Buffer.concat(['x', 'y', 'x'].map((letter) => Buffer.alloc(PAGE, letter)));
  const whole = buildCheckpoint(join(top, 'whole'), withPages(data));
  assert.deepEqual(differences(second, whole, { only: ['memory'] }), []);
  assert.deepEqual(differences(whole, second, { only: ['memory'] }), []);
});

test('numbers: what an incremental dump would write, and pages that are there twice', (t) => {
  const top = temporary(t);
  const data = Buffer.concat([Buffer.alloc(PAGE, 'x'), Buffer.alloc(PAGE, 'n'), Buffer.alloc(2 * PAGE, 'x')]);
  const [one, other] = [buildCheckpoint(join(top, 'a'), BUILT), buildCheckpoint(join(top, 'b'), withPages(data))].map(
    (path) => Checkpoint.openDirectory(path),
  );
  assert.ok(one && other);
  const diff = new CheckpointDiff(one, other, { only: ['memory'], duplicates: true });
  assert.equal([...diff.differences()].length, 1);
  const { pages, duplicates_between, duplicates_within, incremental_bytes, saved_bytes } = diff.totals();
  assert.deepEqual(pages, { added: 1, removed: 0, changed: 1, same: 2, bytes: PAGE });
  assert.deepEqual([duplicates_between, duplicates_within], [3, 2]);
  assert.deepEqual([incremental_bytes, saved_bytes], [2 * PAGE, 2 * PAGE]);
  one.close();
  other.close();
});

test('pages that were left to a server cannot be compared', () => {
  const lazy = fixture('real/lazy');
  assert.throws(
    () => differences(lazy, lazy),
    (error) => error instanceof CritError && error.message.includes('left to a lazy-pages server'),
  );
  assert.deepEqual(differences(lazy, lazy, { only: ['process', 'file', 'vma'] }), []);
});
