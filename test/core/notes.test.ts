/** What the notes say of a process, by the layouts of the kernel. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeFileSync } from 'node:fs';
import { buildImage } from '../build-image.ts';
import { ANON_PRIVATE, FILE_PRIVATE, MEMFD_SHARED, PAGE, SHARED, type BuiltArea } from '../memory/build-checkpoint.ts';
import { encodeWithOracle } from '../oracle.ts';
import { temporary } from '../temporary.ts';
import { buildTree, x86Thread, type BuiltThread, type BuiltTree } from './build-process.ts';
import { coreOf } from './core-of.ts';
import { CoreReader } from './elf.ts';

const NT_PRSTATUS = 1;
const NT_PRPSINFO = 3;
const NT_AUXV = 6;
const NT_SIGINFO = 0x53494749;
const NT_FILE = 0x46494c45;

const START = 0x10000000;
const X86 = x86Thread();
const I386 = x86Thread({ mode: 'COMPAT' });
const S390_REGISTERS = { psw_mask: 0, psw_addr: 0, orig_gpr2: 0, system_call: 0 };
const S390: BuiltThread = {
  mtype: 'S390',
  ti_s390: { clear_tid_addr: 0, gpregs: S390_REGISTERS, fpregs: { fpc: 0 } },
};

const CREDENTIALS = { uid: 70001, gid: 33, euid: 0, egid: 0, suid: 0, sgid: 0, fsuid: 0, fsgid: 0, secbits: 0 };

function core(t: TestContext, built: Partial<BuiltTree> & { threads: BuiltTree['threads'] }): CoreReader {
  const directory = join(temporary(t), 'dump');
  const areas: BuiltArea[] = [{ start: START, end: START + PAGE, kind: ANON_PRIVATE }];
  const data = Buffer.alloc(PAGE);
  data.write('program\0--flag\0a value\0');
  const process = { pid: 70, areas, pages: [{ at: START, data }], args: [START, START + 23] as const };
  buildTree(directory, { processes: [process], ...built });
  return new CoreReader(coreOf(directory, 70));
}

function siginfo(number: number, isBigEndian = false): { siginfo: string } {
  const bytes = Buffer.alloc(128);
  if (isBigEndian) bytes.writeInt32BE(number);
  else bytes.writeInt32LE(number);
  return { siginfo: bytes.toString('base64') };
}

test('prpsinfo names the process, its owner, its state and its arguments', (t) => {
  const thread_core = { futex_rla: 0, futex_rla_len: 0, sched_nice: -5, creds: CREDENTIALS };
  const name = 'a name that is longer';
  const areas: BuiltArea[] = [{ start: START, end: START + PAGE, kind: ANON_PRIVATE }];
  const data = Buffer.alloc(PAGE);
  data.write('program\0--flag\0a value\0');
  const process = { pid: 70, name, areas, pages: [{ at: START, data }], args: [START, START + 23] as const };
  const found = core(t, { processes: [process], threads: { 70: { ...X86, thread_core } } });
  const info = found.note(NT_PRPSINFO);
  assert.equal(info.length, 136);
  assert.deepEqual([...info.subarray(0, 4)], [1, 'S'.charCodeAt(0), 0, 0xfb]);
  assert.equal(found.u64(8, info), 0x400040n);
  assert.deepEqual(
    [16, 20, 24, 28, 32, 36].map((at) => found.u32(at, info)),
    [70001, 33, 70, 1, 2, 3],
  );
  assert.equal(info.toString('latin1', 40, 56), 'a name that is \0');
  assert.equal(info.toString('latin1', 56).replace(/\0+$/, ''), 'program --flag a value ');
  assert.equal(found.note(NT_SIGINFO).length, 128);
});

test('arguments that were not saved are left out', (t) => {
  const areas: BuiltArea[] = [{ start: START, end: START + PAGE, kind: FILE_PRIVATE, shmid: 5 }];
  const process = { pid: 70, areas, pages: [], args: [START, START + 10] as const };
  const found = core(t, { processes: [process], files: { 5: '/bin/program' }, threads: { 70: X86 } });
  assert.equal(found.note(NT_PRPSINFO).toString('latin1', 56).replace(/\0+$/, ''), '');
});

test('prstatus has the signals that wait and those that are blocked', (t) => {
  const common = { futex_rla: 0, futex_rla_len: 0 };
  const main = {
    ...X86,
    thread_core: { ...common, blk_sigset: '9223372036854775809', signals_p: { signals: [siginfo(10)] } },
  };
  const other = {
    ...X86,
    thread_core: { ...common, blk_sigset: 4, signals_p: { signals: [siginfo(64), siginfo(65)] } },
  };
  const found = core(t, { threads: { 70: main, 71: other }, others: { 70: [71] } });
  const statuses = [0, 1].map((index) => found.note(NT_PRSTATUS, index));
  assert.deepEqual(
    statuses.map(({ length }) => length),
    [336, 336],
  );
  assert.deepEqual(
    statuses.map((status) => [
      found.u64(16, status),
      found.u64(24, status),
      found.u32(32, status),
      found.u32(328, status),
    ]),
    [
      [1n << 9n, 0x8000000000000001n, 70, 1],
      [1n << 63n, 4n, 71, 1],
    ],
  );
});

test('the number of a signal stands as the machine wrote it', (t) => {
  const thread_core = { futex_rla: 0, futex_rla_len: 0, signals_p: { signals: [siginfo(12, true)] } };
  const found = core(t, { threads: { 70: { ...S390, thread_core } } });
  assert.equal(found.isBigEndian, true);
  assert.equal(found.u64(16, found.note(NT_PRSTATUS)), 1n << 11n);
  assert.equal(found.u32(32, found.note(NT_PRSTATUS)), 70);
});

test('a 32-bit process has the structures and the auxiliary vector of one', (t) => {
  // CRIU reads the vector of any process in words of 8 bytes: each holds a type and a value here.
  const packed = 6 + 0x1000 * 2 ** 32;
  const found = core(t, { threads: { 70: I386 } });
  assert.deepEqual([found.is64Bit, found.machine], [false, 3]);
  const status = found.note(NT_PRSTATUS);
  assert.equal(status.length, 72 + 17 * 4 + 4);
  assert.deepEqual(
    [24, 28, 32, 36].map((at) => found.u32(at, status)),
    [70, 1, 2, 3],
  );
  assert.equal(found.note(NT_PRPSINFO).length, 124);
  const directory = join(temporary(t), 'dump');
  const areas: BuiltArea[] = [{ start: START, end: START + PAGE, kind: FILE_PRIVATE, shmid: 5, pgoff: 2 * PAGE }];
  buildTree(directory, { processes: [{ pid: 70, areas, pages: [] }], files: { 5: '/bin/p' }, threads: { 70: I386 } });
  const addresses = ['mm_start_code', 'mm_end_code', 'mm_start_data', 'mm_end_data', 'mm_start_stack', 'mm_start_brk'];
  const numbers = [...addresses, 'mm_brk', 'mm_arg_start', 'mm_arg_end', 'mm_env_start', 'mm_env_end', 'exe_file_id'];
  const vma = { start: START, end: START + PAGE, pgoff: 2 * PAGE, shmid: 5, prot: 5, flags: 2, status: 0x41, fd: -1 };
  const mm = { ...Object.fromEntries(numbers.map((name) => [name, 0])), mm_saved_auxv: [packed, 0, 0], vmas: [vma] };
  writeFileSync(join(directory, 'mm-70.img'), buildImage('MM', [encodeWithOracle('mm_entry', mm)]));
  const again = new CoreReader(coreOf(directory, 70));
  const vector = again.note(NT_AUXV);
  assert.deepEqual(
    [0, 4, 8, 12].map((at) => again.u32(at, vector)),
    [6, 0x1000, 0, 0],
  );
  const files = again.note(NT_FILE);
  assert.deepEqual(
    [0, 4, 8, 12, 16].map((at) => again.u32(at, files)),
    [1, PAGE, START, START + PAGE, 2],
  );
});

test('files are listed with the bytes of their names, and what has none as the kernel calls it', (t) => {
  const at = (index: number, kind: BuiltArea['kind'], shmid: number, pgoff = 0): BuiltArea => ({
    start: START + 0x100000 * index,
    end: START + 0x100000 * index + 2 * PAGE,
    kind,
    shmid,
    pgoff,
  });
  const areas = [at(0, FILE_PRIVATE, 5, 3 * PAGE), at(1, ANON_PRIVATE, 0), at(2, MEMFD_SHARED, 6), at(3, SHARED, 9)];
  const found = core(t, {
    processes: [{ pid: 70, areas, pages: [] }],
    files: { 5: '/srv/größe' },
    memfds: [{ file: 6, shmem: 8, name: 'cache' }],
    threads: { 70: X86 },
  });
  const note = found.note(NT_FILE);
  assert.equal(found.u64(0, note), 3n);
  const entries = [0, 1, 2].map((index) => [16, 24, 32].map((skip) => Number(found.u64(24 * index + skip, note))));
  assert.deepEqual(entries, [
    [START, START + 2 * PAGE, 3],
    [START + 0x200000, START + 0x200000 + 2 * PAGE, 0],
    [START + 0x300000, START + 0x300000 + 2 * PAGE, 0],
  ]);
  const names = note.toString('utf8', 16 + 72).split('\0');
  assert.deepEqual(names, ['/srv/größe', '/memfd:cache (deleted)', '/dev/zero (deleted)', '']);
});

test('a mapped file that was deleted is marked as one', (t) => {
  const directory = join(temporary(t), 'dump');
  const areas: BuiltArea[] = [5, 6].map((shmid) => ({
    start: START + shmid * PAGE,
    end: START + (shmid + 1) * PAGE,
    kind: FILE_PRIVATE,
    shmid,
  }));
  const files = { 5: '/lib/old.so', 6: '/lib/new.so' };
  buildTree(directory, { processes: [{ pid: 70, areas, pages: [] }], files, threads: { 70: X86 } });
  const remap = encodeWithOracle('remap_file_path_entry', { orig_id: 5, remap_id: 1, remap_type: 1 });
  writeFileSync(join(directory, 'remap-fpath.img'), buildImage('REMAP_FPATH', [remap]));
  const names = new CoreReader(coreOf(directory, 70))
    .note(NT_FILE)
    .toString('utf8', 16 + 48)
    .split('\0');
  assert.deepEqual(names, ['/lib/old.so (deleted)', '/lib/new.so', '']);
});
