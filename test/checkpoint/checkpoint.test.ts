import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CritError } from '../../src/error.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { processStrings, readMemory } from '../../src/memory/process-strings.ts';
import { fixture } from '../fixtures.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from '../memory/build-checkpoint.ts';
import { TELLS_DESCRIPTORS, openDescriptors } from '../open-descriptors.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { buildDirectory, core, task } from './build-directory.ts';

const SIMPLE = fixture('real/simple');

test('the tree of processes, with names and states', async () => {
  const checkpoint = await Checkpoint.open(fixture('real/procs'));
  const tree = Array.from(checkpoint.tree, ([{ pid, ppid, comm, state }, depth]) => [pid, ppid, comm, state, depth]);
  assert.deepEqual(tree.slice(0, 4), [
    [2585, 0, 'corpus:procs', 'Alive', 0],
    [2586, 2585, 'corpus:procs', 'Dead', 1],
    [2587, 2585, 'corpus:procs', 'Dead', 1],
    [2588, 2585, 'stopped', 'Stopped', 1],
  ]);
  assert.deepEqual(checkpoint.process(2586)?.isGone, true);
  assert.equal(checkpoint.process(1), undefined);
  const threads = Array.from(checkpoint.process(2591)?.readThreads() ?? [], ({ tid, core: { mtype } }) => [tid, mtype]);
  assert.deepEqual(
    threads,
    [2591, 2592, 2593, 2594].map((tid) => [tid, 'X86_64']),
  );
  assert.deepEqual([...(checkpoint.process(2586)?.readThreads() ?? [])], []);
  assert.equal(checkpoint.process(2585)?.readCredentials()?.euid, 0);
  assert.equal(checkpoint.process(2585)?.readIds()?.files_id, 2);
  checkpoint.close();
});

test('a directory of an engine, an archive, a directory in an archive, and links to images are all the same', async (t) => {
  const directory = temporary(t);
  const TMPDIR = join(directory, 'tmp');
  mkdirSync(TMPDIR);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = TMPDIR;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  mkdirSync(join(directory, 'engine'));
  cpSync(SIMPLE, join(directory, 'engine/checkpoint'), { recursive: true });
  writeFileSync(join(directory, 'engine/config.dump'), '{}');
  mkdirSync(join(directory, 'links'));
  for (const name of readdirSync(SIMPLE)) symlinkSync(realpathSync(join(SIMPLE, name)), join(directory, 'links', name));
  await shell(
    'cd "$1"; tar -cf flat.tar -C "$2" . ; tar -czf engine.tgz -C engine . ; cp -r "$2" dump; tar -cf nested.tar dump',
    [directory, SIMPLE],
  );
  for (const path of ['engine', 'links', 'flat.tar', 'engine.tgz', 'nested.tar']) {
    const checkpoint = await Checkpoint.open(join(directory, path));
    assert.deepEqual(
      Array.from(checkpoint.processes, ({ pid, comm }) => [pid, comm]),
      [[2512, 'simple']],
      path,
    );
    const memory = new CheckpointMemory(checkpoint);
    assert.equal(processStrings(memory, memory.process(2512), 'args')?.join(), '/srv/corpus/bin/simple', path);
    checkpoint.close();
    assert.deepEqual(readdirSync(TMPDIR), [], path);
  }
});

test('what is no checkpoint', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'x'), 'x');
  for (const [path, code, message] of [
    [directory, 'format', /is no checkpoint/],
    [join(directory, 'x'), 'format', /neither a directory of images nor an archive/],
    [join(directory, 'none'), 'io', /no such file or directory/],
  ] as const) {
    await assert.rejects(Checkpoint.open(path), (error: unknown) => {
      return error instanceof CritError && error.code === code && message.test(error.message);
    });
  }
});

test('a pre-dump has its processes from the names of its images', async (t) => {
  const top = temporary(t);
  cpSync(fixture('real/incremental/1'), join(top, 'pre-checkpoint'), { recursive: true });
  const checkpoint = await Checkpoint.open(top);
  assert.ok(checkpoint.isPreDump);
  assert.deepEqual(
    Array.from(checkpoint.processes, ({ pid, comm, state, threads }) => [pid, comm, state, threads.length]),
    [
      [23309, '', '', 0],
      [23310, '', '', 0],
    ],
  );
  assert.equal(checkpoint.readVmas(23309).at(0)?.name, '[unknown]');
  checkpoint.close();
});

test('parents that are given stand in the place of the links', async (t) => {
  const directory = temporary(t);
  const areas = [{ start: 0x10000, end: 0x10000 + 3 * PAGE, kind: ANON_PRIVATE }];
  const page = (at: number, fill: number): { at: number; data: Buffer } => ({ at, data: Buffer.alloc(PAGE, fill) });
  const elsewhere = (at: number): { at: number; pages: number; where: 'parent' } => ({ at, pages: 1, where: 'parent' });
  const [first, second, third] = [0x10000, 0x11000, 0x12000];
  buildCheckpoint(join(directory, 'one'), { processes: [{ pid: 7, areas, pages: [page(first, 1)] }] });
  buildCheckpoint(join(directory, 'two/checkpoint'), {
    processes: [{ pid: 7, areas, pages: [elsewhere(first), page(second, 2)] }],
  });
  buildCheckpoint(join(directory, 'three'), {
    processes: [{ pid: 7, areas, pages: [elsewhere(first), elsewhere(second), page(third, 3)] }],
    parent: '../pre-checkpoint',
  });
  await shell('tar -cf "$1/two.tar" -C "$1/two" .', [directory]);
  const read = async (...parents: string[]): Promise<number[]> => {
    const paths = parents.map((each) => join(directory, each));
    const checkpoint = await Checkpoint.open(join(directory, 'three'), { parents: paths });
    try {
      const memory = new CheckpointMemory(checkpoint);
      const bytes = readMemory(memory, memory.process(7), 0x10000n, 0x13000n);
      return [0, PAGE, 2 * PAGE].map((at) => bytes[at] ?? -1);
    } finally {
      checkpoint.close();
    }
  };
  assert.deepEqual(await read('two', 'one'), [1, 2, 3]);
  assert.deepEqual(await read('two.tar', 'one'), [1, 2, 3]);
  await assert.rejects(read(), /^CritError: parent: leads to \.\.\/pre-checkpoint, which is not there/);
  await assert.rejects(read('two'), /^CritError: parent\/parent: is missing, and pages are said to be in it/);
  await assert.rejects(read('two', 'three'), /a loop of parents/);
});

test('opening reads nothing, and what is damaged is told when it is asked for', (t) => {
  const directory = buildDirectory(t, { 'pstree.img PSTREE': [task(1, 0)], ...core(1, 'x') });
  for (const name of ['files.img', 'mm-1.img', 'pagemap-1.img', 'fdinfo-1.img'])
    writeFileSync(join(directory, name), 'x');
  rmSync(join(directory, 'core-1.img'));
  writeFileSync(join(directory, 'core-1.img'), 'nothing of the kind');
  const checkpoint = Checkpoint.openDirectory(directory);
  const [process] = checkpoint.processes;
  assert.throws(() => process?.comm, /^CritError: core-1\.img/);
  assert.throws(() => checkpoint.readVmas(1), /^CritError: mm-1\.img/);
  assert.throws(() => checkpoint.files.get(1), /^CritError: files\.img/);
  checkpoint.close();
});

test('thousands of checkpoints one after another leave no descriptor open', { skip: !TELLS_DESCRIPTORS }, async () => {
  const before = openDescriptors();
  for (let i = 0; i < 1000; i++) {
    const checkpoint = await Checkpoint.open(SIMPLE);
    for (const process of checkpoint.processes) {
      assert.equal(process.comm, 'simple');
      for (const { file } of checkpoint.readDescriptors(process)) assert.equal(file?.name, '/dev/null');
      assert.ok(checkpoint.readVmas(process.pid).length > 5);
    }
    checkpoint.close();
  }
  assert.equal(openDescriptors(), before);
});
