/** Cores of real checkpoints: all that the images have of a process is where it was, and nothing else is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { readEntries } from '../../src/files/read-entries.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { isThere, SegmentReader } from '../../src/memory/read-segments.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { coreOf } from './core-of.ts';
import { without } from './debugger.ts';
import { CoreReader } from './elf.ts';

const NT_PRSTATUS = 1;
const NT_FILE = 0x46494c45;
/** Where in elf_prstatus of x86_64. */
const PID = 32;
const IP = 112 + 16 * 8;

const DIRECTORIES = CHECKPOINTS.map((name) => (name === 'incremental' ? 'incremental/3' : name))
  .map((name): [string, string] => [name, fixture(`real/${name}`)])
  .filter(([, directory]) => existsSync(join(directory, 'pstree.img')));

for (const [name, directory] of DIRECTORIES) {
  test(`cores of ${name}`, (t) => {
    const checkpoint = Checkpoint.openDirectory(directory);
    t.after(() => checkpoint.close());
    const pids = checkpoint.processes.filter(({ isGone }) => !isGone).map(({ pid }) => pid);
    assert.ok(pids.length > 0);
    const memory = new CheckpointMemory(checkpoint);
    const missing = name === 'lazy' ? 'zero' : 'error';
    for (const pid of pids) {
      const core = new CoreReader(coreOf(directory, pid, { missing }));
      assertMemory(core, memory, pid);
      assertThreads(core, directory, pid);
      assertFiles(core, memory, pid);
    }
  });

  test(`eu-readelf on cores of ${name}`, { skip: without('eu-readelf') }, (t) => {
    const path = join(temporary(t), 'core');
    const checkpoint = Checkpoint.openDirectory(directory);
    const pid = checkpoint.processes.find(({ isGone }) => !isGone)?.pid ?? 0;
    checkpoint.close();
    writeFileSync(path, coreOf(directory, pid, { missing: 'zero' }));
    const { status, stdout, stderr } = spawnSync('eu-readelf', ['-hln', path], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /PRSTATUS[^]*PRPSINFO[^]*SIGINFO[^]*AUXV[^]*FILE[^]*FPREGSET[^]*X86_XSTATE/);
    assert.doesNotMatch(stdout, /unknown|invalid|<bad/i);
  });
}

/** Compares each page with what the images have. */
function assertMemory(core: CoreReader, memory: CheckpointMemory, pid: number): void {
  const size = BigInt(memory.pageSize);
  const reader = new SegmentReader(memory.files, memory.pageSize);
  let end = 0n;
  for (const { address, memoryBytes, fileBytes, offset } of core.loads) {
    assert.ok(address >= end, 'segments stand in order, and none reaches into the next');
    assert.ok(BigInt(fileBytes) <= memoryBytes);
    assert.equal(offset % memory.pageSize, 0);
    end = address + memoryBytes;
  }
  const mapped = new Set<bigint>();
  for (const piece of memory.process(pid).pieces(0, Infinity)) {
    if (piece.vma.name === '[vsyscall]') continue;
    for (let page = piece.page; page < piece.page + piece.count; page++) mapped.add(BigInt(page) * size);
    const address = BigInt(piece.page) * size;
    if (isThere(piece)) {
      const parts = [...reader.read([piece])].map(({ bytes }) => Buffer.from(bytes));
      const expected = Buffer.concat(parts);
      const found = Buffer.concat(
        Array.from({ length: piece.count }, (_, index) => {
          const at = address + BigInt(index) * size;
          return core.memory(at, memory.pageSize) ?? Buffer.alloc(memory.pageSize);
        }),
      );
      assert.ok(found.equals(expected), `${piece.vma.name} at 0x${address.toString(16)}`);
    } else if (!piece.extent) assert.equal(core.memory(address, 1), undefined);
    const load = core.loads.find((each) => address >= each.address && address < each.address + each.memoryBytes);
    assert.equal(load?.prot, piece.vma.prot);
  }
  const covered = core.loads.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0n);
  assert.equal(covered, BigInt(mapped.size) * size);
}

function assertThreads(core: CoreReader, directory: string, pid: number): void {
  const [process] = [...readEntries(join(directory, 'pstree.img'), 'pstree.img', 'PSTREE')].filter(
    (each) => each.pid === pid,
  );
  const tids = [pid, ...(process?.threads ?? []).filter((tid) => tid !== pid)];
  const statuses = core.notes.filter(({ type }) => type === NT_PRSTATUS);
  assert.deepEqual(
    statuses.map(({ content }) => core.u32(PID, content)),
    tids,
  );
  for (const [index, tid] of tids.entries()) {
    const [thread] = readEntries(join(directory, `core-${tid}.img`), 'core', 'CORE');
    assert.equal(core.u64(IP, core.note(NT_PRSTATUS, index)), BigInt(thread?.thread_info?.gpregs.ip ?? -1));
  }
}

function assertFiles(core: CoreReader, memory: CheckpointMemory, pid: number): void {
  const note = core.note(NT_FILE);
  const count = Number(core.u64(0, note));
  assert.equal(core.u64(8, note), BigInt(memory.pageSize));
  const names = note.toString('latin1', 16 + 24 * count).split('\0');
  assert.deepEqual([names.length, names.at(-1)], [count + 1, '']);
  const size = BigInt(memory.pageSize);
  for (let index = 0; index < count; index++) {
    const [start, end, offset] = [0, 8, 16].map((skip) => core.u64(16 + 24 * index + skip, note));
    const vma = Array.from(memory.process(pid).vmas).find((each) => each.start === start);
    assert.deepEqual([vma?.end, vma && vma.offset / size], [end, offset], names[index]);
  }
  const files = memory.process(pid).vmas.filter(({ backing }) => backing === 'file');
  assert.ok(count >= files.length);
}
