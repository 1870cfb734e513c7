/** What crit-mem and crit-grep say of a dump is what the process itself had in its memory. */
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { isThere, SegmentReader } from '../../src/memory/read-segments.ts';
import { readEntries } from '../../src/files/read-entries.ts';
import { crit } from './harness/crit.ts';
import { CriuError, criu, dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { isBefore } from './harness/targets.ts';
import type { Programs } from './setup/release.ts';

/** The memory of a live process, by the numbers of its pages; what the kernel does not let anyone read is not in it. */
function snapshot(pid: number): Map<number, Buffer> {
  const pages = new Map<number, Buffer>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const [range = '', , , , , name = ''] = line.split(/ +/);
    if (range === '' || /^\[v(?:var|syscall)/.test(name)) continue;
    const [start = 0, end = 0] = range.split('-').map((address) => parseInt(address, 16) / 4096);
    for (let page = start; page < end; page++) {
      const bytes = Buffer.alloc(4096);
      try {
        readSync(memory, bytes, 0, 4096, page * 4096);
        pages.set(page, bytes);
      } catch {
        // Behind the end of a file, say.
      }
    }
  }
  closeSync(memory);
  return pages;
}

/** Waits until a target has nothing more to do: it sleeps, and has slept for a while. */
async function asleep(pid: number): Promise<void> {
  const switches = (): string =>
    /^voluntary_ctxt_switches:.*$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[0] ?? '';
  for (let last = ''; last !== switches();) {
    last = switches();
    await setTimeout(200);
  }
}

/** The place where the kernel tells a thread on which processor it runs: that changes at any time. */
function* kernelsPlaces(directory: string, pid: number): Generator<number, void, undefined> {
  for (const { thread_core } of readEntries(join(directory, `core-${pid}.img`), 'core', 'CORE')) {
    const address = thread_core?.rseq_entry?.rseq_abi_pointer;
    if (address !== undefined) yield Number(address);
  }
}

/** Where two pages differ, for a person to see. */
function difference(found: Buffer, expected: Buffer): string {
  const first = found.findIndex((byte, i) => byte !== expected[i]);
  if (first < 0) return '';
  const last = found.findLastIndex((byte, i) => byte !== expected[i]);
  const shown = [found, expected].map((bytes) => bytes.subarray(first, Math.min(last + 1, first + 32)).toString('hex'));
  return `bytes ${first} to ${last}: ${shown.join(', and not ')}`;
}

/** Compares all that a dump has, and all that it says was never touched; gives how many pages it has. */
function assertSame(directory: string, pid: number, live: ReadonlyMap<number, Buffer>): number {
  const memory = new CheckpointMemory(Checkpoint.openDirectory(directory));
  const reader = new SegmentReader(memory.files, memory.pageSize);
  const zeros = Buffer.alloc(4096);
  const places = [...kernelsPlaces(directory, pid)];
  for (const address of places) live.get(Math.floor(address / 4096))?.fill(0, address % 4096, (address % 4096) + 32);
  let count = 0;
  for (const piece of memory.process(pid).pieces(0, Infinity)) {
    if (!isThere(piece)) {
      if (piece.vma.backing !== 'zero') continue;
      for (let page = piece.page; page < piece.page + piece.count; page++) {
        assert.ok(live.get(page)?.equals(zeros) ?? true, `${piece.vma.name} at page ${page.toString(16)} is not zero`);
      }
      continue;
    }
    const parts: Buffer[] = [];
    for (const { bytes } of reader.read([piece])) parts.push(Buffer.from(bytes));
    const all = Buffer.concat(parts);
    assert.equal(all.length, piece.count * 4096);
    for (let i = 0; i < piece.count; i++) {
      const page = piece.page + i;
      const found = all.subarray(i * 4096, (i + 1) * 4096);
      for (const address of places) {
        if (Math.floor(address / 4096) === page) found.fill(0, address % 4096, (address % 4096) + 32);
      }
      const expected = live.get(page);
      if (expected) assert.equal(difference(found, expected), '', `${piece.vma.name} at page ${page.toString(16)}`);
      count++;
    }
  }
  memory.checkpoint.close();
  return count;
}

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : false;
  for (const name of ['memory', 'shared', 'ipc', 'service']) {
    test(`memory of ${name}, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await asleep(target.pid);
      const live = snapshot(target.pid);
      const chain = await preDump(t, programs, target.pid, join(scene, 'first'));
      await dump(programs, target, join(scene, 'dump'), chain ? ['--track-mem', '--prev-images-dir', '../first'] : []);
      const count = assertSame(join(scene, 'dump'), target.pid, live);
      assert.ok(count > 10);
      if (isBefore(programs.version, [4, 3])) return;
      for (const folder of chain ? ['first', 'dump'] : ['dump']) {
        await crit(programs, ['compress', join(scene, folder), '--in-place']);
      }
      assert.equal(assertSame(join(scene, 'dump'), target.pid, live), count);
    });
  }

  test(`a secret is found and overwritten, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'service', { FRUIT: 'apple' });
    await dump(programs, target, join(scene, 'dump'), []);
    if (!isBefore(programs.version, [4, 3])) await crit(programs, ['compress', join(scene, 'dump'), '--in-place']);
    await shell(scene, 'crit-redact --text "from before" --with x dump -C redacted');
    await shell(scene, '! crit-grep -F "from before" redacted');
    await restore(programs, join(scene, 'redacted'), []);
    const { saw } = await assertIntact(target);
    assert.equal(saw.get('greeting'), `hello ${'x'.repeat(11)} the dump`);
    assert.equal(saw.get('FRUIT'), 'apple');
  });
}

/** Makes a dump before the dump, where the kernel can tell which pages change between the two. */
async function preDump(t: TestContext, programs: Programs, pid: number, folder: string): Promise<boolean> {
  mkdirSync(folder);
  const options = ['-t', String(pid), '-v4', '--track-mem', '-D', folder, '-o', 'pre-dump.log'];
  try {
    await criu(programs, ['pre-dump', ...options]);
    return true;
  } catch (error) {
    if (!(error instanceof CriuError && error.message.includes('Tracking memory is not available'))) throw error;
    t.diagnostic('this kernel does not track memory: no dump before the dump');
    return false;
  }
}
