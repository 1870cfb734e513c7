/** Cores of live processes: what debuggers show of them, and gdb's own core of the same process beside ours. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CoreReader } from '../core/elf.ts';
import { debug, without } from '../core/debugger.ts';
import { capture } from './setup/capture.ts';
import { workFolder } from './setup/platform.ts';
import { dump, releases } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { startTarget } from './harness/target.ts';
import { until } from './harness/until.ts';

const NT_PRSTATUS = 1;
const NT_FPREGSET = 2;
const NT_PRPSINFO = 3;
const NT_AUXV = 6;
const NT_X86_XSTATE = 0x202;
const NT_FILE = 0x46494c45;
/** Offsets in elf_prstatus of x86_64. */
const PID = 32;
const REGISTERS = 112;
const AX = REGISTERS + 8 * 10;
const ORIG_AX = REGISTERS + 8 * 15;
const IP = REGISTERS + 8 * 16;
/** What the kernel has in ax, and what CRIU makes of it. */
const ERESTART_RESTARTBLOCK = BigInt.asUintN(64, -516n);
const EINTR = BigInt.asUintN(64, -4n);
const VALID = REGISTERS + 8 * 27;

const program = join(workFolder(), 'bin', 'threads');

for (const available of releases()) {
  const { release, programs } = available;
  const named = `CRIU ${programs?.version ?? release.name}`;
  const skip = programs === undefined ? available.skip : without('gdb') || without('eu-stack');

  test(`threads, lines, variables and libraries, ${named}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'threads');
    await dump(programs, target, join(scene, 'dump'), []);
    await shell(scene, `crit-core -p ${target.pid} dump -o core`);
    const core = join(scene, 'core');
    const values = [
      'print *parcels',
      'print *parcels->next',
      'x/s notice',
      'info sharedlibrary',
      'info auxv',
      'info threads',
    ];
    const text = debug('gdb', [program, core], ['thread apply all bt', ...values]);
    const frames = (...names: readonly string[]): RegExp => {
      const lines = names.map((name) => `in ${name.replace(/[()]/g, '\\$&')} at [^\\n]*threads\\.c:\\d+\\n`);
      return new RegExp(lines.join('#\\d+ +0x[0-9a-f]+ '));
    };
    assert.match(text, frames('deliver (house=7)', 'postman (argument=0x0)'));
    assert.match(text, frames('deliver (house=21)', 'sort (street=20)', 'sorter (argument=0x0)'));
    assert.match(
      text,
      frames('deliver (house=31)', 'sort (street=30)', 'collect (town=3)', 'collector (argument=0x0)'),
    );
    assert.match(text, frames('deliver (house=41)', 'sort (street=40)', 'collect (town=4)', 'driver (argument=0x0)'));
    assert.match(text, /await_check \(\) at [^\n]*target\.c:\d+\n[^]*main \(argc/);
    assert.match(text, /\{number = 2, weight = 0\.5, name = "lamp", '\\000' <repeats 19 times>, next = 0x[0-9a-f]+\}/);
    assert.match(text, /\{number = 1, weight = 0\.25, name = "book", '\\000' <repeats 19 times>, next = 0x0\}/);
    assert.match(text, /"AS the program was built"/);
    assert.match(text, /Yes[^\n]* \/[^\n]*libc\.so\.6\n/);
    assert.match(text, /AT_ENTRY/);
    assert.equal(text.match(/^[* ] +\d +Thread 0x[0-9a-f]+ \(LWP \d+\)/gm)?.length, 5);
    const stacks = await shell(scene, `eu-stack --core core --executable ${program}`);
    assert.match(stacks, /deliver\n#\d+ +0x[0-9a-f]+ sort\n#\d+ +0x[0-9a-f]+ collect\n#\d+ +0x[0-9a-f]+ driver\n/);
    await shell(scene, 'eu-readelf -hln core');
  });

  test(`the same as gdb makes of the live process, ${named}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'threads');
    // The first one ends system calls of the target, which then has another errno.
    for (let i = 0; i < 2; i++) {
      await capture('gdb', ['-nx', '-batch', '-p', String(target.pid), '-ex', `gcore ${scene}/live`]);
    }
    await dump(programs, target, join(scene, 'dump'), []);
    await shell(scene, `crit-core -p ${target.pid} dump -o core`);
    const [live, ours] = ['live', 'core'].map((name) => new CoreReader(readFileSync(join(scene, name))));
    assert.ok(live && ours);
    assertSameThreads(live, ours);
    assert.deepEqual(ours.note(NT_AUXV), live.note(NT_AUXV));
    assert.deepEqual(filesOf(ours), filesOf(live));
    assert.deepEqual(ours.note(NT_PRPSINFO).subarray(40, 56), live.note(NT_PRPSINFO).subarray(40, 56));
    assertSameMemory(live, ours, join(scene, 'dump'), target.pid);
  });

  test(`Python and Node.js: backtraces by name, ${named}`, { skip: skip || without('python3') }, async (t) => {
    if (programs === undefined) return;
    const python = 'import os, time; print(os.getpid(), flush=True); time.sleep(1000)';
    assert.match(await backtrace('python3', ['-c', python]), / PyEval_EvalCode [^]* Py_RunMain [^]* Py_BytesMain /);
    const node = 'console.log(process.pid); setTimeout(() => {}, 1e6)';
    assert.match(await backtrace(process.execPath, ['-e', node]), / uv__io_poll [^]* uv_run [^]* node::Start/);

    async function backtrace(file: string, args: readonly string[]): Promise<string> {
      const scene = scratchFolder(t);
      const said = join(scene, 'pid');
      const out = openSync(said, 'w');
      spawnSync('setsid', ['-f', file, ...args], { stdio: ['ignore', out, out], cwd: '/' });
      closeSync(out);
      await until(`the start of ${file}`, () => readFileSync(said, 'utf8').endsWith('\n'));
      const pid = Number(readFileSync(said, 'utf8'));
      t.after(() => existsSync(`/proc/${pid}`) && process.kill(pid, 'SIGKILL'));
      const path = readlinkSync(`/proc/${pid}/exe`);
      assert.ok(programs);
      await dump(programs, { pid, home: scene }, join(scene, 'dump'), []);
      await shell(scene, `crit-core -p ${pid} dump -o core`);
      return debug('gdb', [path, join(scene, 'core')], ['bt']);
    }
  });
}

function statuses(core: CoreReader): Map<number, Buffer> {
  const notes = core.notes.filter(({ type }) => type === NT_PRSTATUS).map(({ content }) => content);
  return new Map(notes.map((status) => [core.u32(PID, status), status]));
}

/**
 * All registers, but for what CRIU does to a thread that waits in a system call: it goes back to before the call, so that the
 * call begins again, or is interrupted; gdb tells of the kernel's own marks for that. gdb does not tell mxcsr_mask, and gdb 13 looks for AVX-512
 * in a layout that not all processors have.
 */
function assertSameThreads(live: CoreReader, ours: CoreReader): void {
  const found = statuses(ours);
  const expected = statuses(live);
  assert.deepEqual(new Set(found.keys()), new Set(expected.keys()));
  for (const [pid, status] of expected) {
    const own = found.get(pid);
    assert.ok(own);
    const isInCall = live.u64(IP, status) !== ours.u64(IP, own);
    for (let at = REGISTERS; at < VALID; at += 8) {
      const value = ours.u64(at, own);
      if (isInCall && at === IP) assert.equal(value, live.u64(IP, status) - 2n);
      else if (isInCall && at === AX) assert.equal(value, ours.u64(ORIG_AX, own));
      else if (at === AX && live.u64(AX, status) === ERESTART_RESTARTBLOCK) assert.equal(value, EINTR);
      else assert.equal(value, live.u64(at, status), `thread ${pid}, register ${(at - REGISTERS) / 8}`);
    }
  }
  const floats = (core: CoreReader, type: number): Buffer[] =>
    core.notes.filter((note) => note.type === type).map(({ content }) => Buffer.from(content));
  const order = (core: CoreReader): number[] => [...statuses(core).keys()];
  for (const type of [NT_FPREGSET, NT_X86_XSTATE]) {
    const byThread = new Map(floats(live, type).map((area, index) => [order(live)[index], area]));
    for (const [index, area] of floats(ours, type).entries()) {
      const other = byThread.get(order(ours)[index]);
      assert.ok(other);
      for (const each of [area, other]) each.fill(0, 28, 32);
      assert.deepEqual(area.subarray(0, 464), other.subarray(0, 464));
      if (type === NT_X86_XSTATE) assert.deepEqual(area.subarray(576, 832), other.subarray(576, 832));
    }
  }
}

/** Start, end, offset in bytes, name. */
function filesOf(core: CoreReader): string[] {
  const note = core.note(NT_FILE);
  const count = Number(core.u64(0, note));
  const unit = core.u64(8, note);
  const names = note.toString('latin1', 16 + 24 * count).split('\0');
  return Array.from({ length: count }, (_, index) => {
    const [start = 0n, end = 0n, offset = 0n] = [16, 24, 32].map((skip) => core.u64(24 * index + skip, note));
    return [start.toString(16), end.toString(16), offset * unit, names[index]].join(' ');
  });
}

/** All that gdb has is there, or is left out because a file has it, or because it is zero. */
function assertSameMemory(live: CoreReader, ours: CoreReader, directory: string, pid: number): void {
  const zeros = Buffer.alloc(4096);
  const inFile = filesOf(ours).map((line) =>
    line
      .split(' ')
      .slice(0, 2)
      .map((address) => BigInt(`0x${address}`)),
  );
  const rseq = rseqPlaces(directory, pid);
  let compared = 0;
  for (const { address, memoryBytes, prot } of live.loads) {
    if (address >= 0xffffffffff600000n) continue;
    for (let at = address; at < address + memoryBytes; at += 4096n) {
      const expected = Buffer.from(live.memory(at, 4096) ?? zeros);
      const page = ours.memory(at, 4096);
      const place = `page ${at.toString(16)} ${prot}`;
      if (!page && inFile.some(([start = 0n, end = 0n]) => at >= start && at < end)) continue;
      assert.ok(
        ours.loads.some((each) => at >= each.address && at < each.address + each.memoryBytes),
        place,
      );
      const found = Buffer.from(page ?? zeros);
      for (const each of rseq) {
        if (each < at || each >= at + 4096n) continue;
        for (const bytes of [found, expected]) bytes.fill(0, Number(each - at), Number(each - at) + 32);
      }
      assert.equal(difference(found, expected), '', place);
      compared++;
    }
  }
  assert.ok(compared > 30, `${compared} pages`);
}

/** Where the kernel tells threads on which processor they run: that changes at any time. */
function rseqPlaces(directory: string, pid: number): bigint[] {
  const checkpoint = Checkpoint.openDirectory(directory);
  const process = checkpoint.process(pid);
  const threads = process ? [...process.readThreads()] : [];
  checkpoint.close();
  return threads.flatMap(({ core }) => BigInt(core.thread_core?.rseq_entry?.rseq_abi_pointer ?? 0));
}

/** Where two pages differ, for a person to see. */
function difference(found: Buffer, expected: Buffer): string {
  const first = found.findIndex((byte, index) => byte !== expected[index]);
  if (first < 0) return '';
  const shown = [found, expected].map((bytes) => bytes.subarray(first, first + 32).toString('hex'));
  return `byte ${first}: ${shown.join(', and not ')}`;
}
