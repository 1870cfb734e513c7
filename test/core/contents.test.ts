/** Memory in core files: from wherever the images have it, and from files where that is wanted. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Sysroot } from '../../src/core/sysroot.ts';
import { CritError } from '../../src/error.ts';
import { buildImage } from '../build-image.ts';
import { ANON_PRIVATE, FILE_PRIVATE, PAGE, type BuiltArea, type BuiltPages } from '../memory/build-checkpoint.ts';
import { buildChain, buildKnown, expectedAt, NAMED } from '../memory/known-memory.ts';
import { encodeWithOracle } from '../oracle.ts';
import { temporary } from '../temporary.ts';
import { addThreads, buildTree, x86Thread } from './build-process.ts';
import { coreOf } from './core-of.ts';
import { CoreReader } from './elf.ts';

const WAYS = {
  plain: {},
  'as older CRIU writes it': { isOld: true },
  'compressed, a page a block': { pagesPerBlock: 1 },
  'compressed, 4 pages a block': { pagesPerBlock: 4 },
} as const;

const TREE = [{ pid: 7 }, { pid: 8 }];
const THREADS = { threads: { 7: x86Thread(), 8: x86Thread() } };

function assertKnown(directory: string): void {
  const core = new CoreReader(coreOf(addThreads(directory, TREE, THREADS), 7));
  for (const [name, { start, end }] of NAMED) {
    for (let at = start; at < end; at += PAGE) {
      const expected = expectedAt(at, PAGE);
      const found = core.memory(BigInt(at), PAGE);
      const place = `${name} at ${at.toString(16)}`;
      if (!expected) assert.equal(found, undefined, place);
      else if (found) assert.ok(found.equals(expected), place);
      else assert.ok(expected.equals(Buffer.alloc(PAGE)), place);
    }
  }
}

for (const [way, options] of Object.entries(WAYS)) {
  test(`memory of every kind, ${way}`, (t) => assertKnown(buildKnown(join(temporary(t), 'dump'), options)));
  test(`memory that is in parents, ${way}`, (t) => assertKnown(buildChain(temporary(t), options)));
}

test('pages with a lazy-pages server end the work, or are zeros', (t) => {
  const start = 0x10000000;
  const area = { start, end: start + 4 * PAGE, kind: ANON_PRIVATE };
  const file = { start: start + 8 * PAGE, end: start + 10 * PAGE, kind: FILE_PRIVATE, shmid: 5 };
  const pages: BuiltPages[] = [
    { at: start, data: Buffer.alloc(PAGE, 1) },
    { at: start + PAGE, pages: 2, where: 'lazy' },
    { at: start + 8 * PAGE, pages: 1, where: 'lazy' },
  ];
  const directory = buildTree(join(temporary(t), 'dump'), {
    processes: [{ pid: 7, areas: [area, file], pages }],
    files: { 5: '/bin/program' },
    threads: { 7: x86Thread() },
  });
  assert.throws(
    () => coreOf(directory, 7),
    (error) => {
      return (
        error instanceof CritError &&
        /process 7: the page at 0x10001000 was left to a lazy-pages server/.test(error.message)
      );
    },
  );
  const core = new CoreReader(coreOf(directory, 7, { missing: 'zero' }));
  const zeros = Buffer.alloc(PAGE);
  assert.ok((core.memory(BigInt(start + PAGE), PAGE) ?? zeros).equals(zeros));
  // Without contents, a debugger would take the page from the file.
  assert.ok(core.memory(BigInt(start + 8 * PAGE), PAGE)?.equals(zeros));
  assert.equal(core.memory(BigInt(start + 9 * PAGE), PAGE), undefined);
});

const TEXT = 0x400000;
const START_64 = 0x10000000;

/** A process with four pages of a program, of which the second was written to. */
function withProgram(t: TestContext, reg: Readonly<Record<string, unknown>> = {}): { directory: string; root: string } {
  const folder = temporary(t);
  const areas: BuiltArea[] = [
    { start: TEXT, end: TEXT + 4 * PAGE, kind: FILE_PRIVATE, shmid: 5, pgoff: PAGE, prot: 5 },
  ];
  const directory = buildTree(join(folder, 'dump'), {
    processes: [{ pid: 7, areas, pages: [{ at: TEXT + PAGE, data: Buffer.alloc(PAGE, 0xee) }] }],
    threads: { 7: x86Thread() },
  });
  const own = {
    id: 5,
    flags: 0,
    pos: 0,
    fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
    name: '/usr/bin/program',
  };
  const entry = encodeWithOracle('file_entry', { type: 1, id: 5, reg: { ...own, ...reg } });
  writeFileSync(join(directory, 'files.img'), buildImage('FILES', [entry]));
  const root = join(folder, 'root');
  mkdirSync(root);
  return { directory, root };
}

function put(root: string, name: string, bytes: Buffer): void {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Its first bytes are those of an ELF file with a build-id. */
function program(buildId: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let page = 0; page * PAGE < size; page++) bytes.fill(page + 1, page * PAGE);
  const id = Buffer.from(buildId, 'hex');
  bytes.fill(0, 0, 200);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(4, 64);
  bytes.writeBigUInt64LE(120n, 72);
  bytes.writeBigUInt64LE(BigInt(16 + id.length), 96);
  bytes.writeUInt32LE(4, 120);
  bytes.writeUInt32LE(id.length, 124);
  bytes.writeUInt32LE(3, 128);
  bytes.write('GNU\0', 132);
  id.copy(bytes, 136);
  return bytes;
}

const WORDS = [0x44332211, 0x88776655];
const ID = '1122334455667788';

/** What the core file has of each of the four pages: the byte that fills it, or nothing. */
function pagesOf(directory: string, sysroot?: Sysroot): (number | undefined)[] {
  const core = new CoreReader(coreOf(directory, 7, { sysroot }));
  return [0, 1, 2, 3].map((page) => core.memory(BigInt(TEXT + page * PAGE), PAGE)?.[PAGE - 1]);
}

test('pages of files are left out, or come from the files below a directory', (t) => {
  const { directory, root } = withProgram(t, { build_id: WORDS });
  assert.deepEqual(pagesOf(directory), [undefined, 0xee, undefined, undefined]);
  // It ends in mid-page; behind its last page there is nothing.
  put(root, 'usr/bin/program', program(ID, 3 * PAGE + 100));
  const said: string[] = [];
  assert.deepEqual(pagesOf(directory, new Sysroot(root, (...words) => said.push(words.join(': ')))), [
    2,
    0xee,
    0,
    undefined,
  ]);
  assert.deepEqual(said, []);
});

test('a file that is another one is not taken, and it is said why', (t) => {
  const { directory, root } = withProgram(t, { build_id: WORDS });
  const nothing = [undefined, 0xee, undefined, undefined];
  const tell = (): string[] => {
    const said: string[] = [];
    assert.deepEqual(pagesOf(directory, new Sysroot(root, (...words) => said.push(words.join(': ')))), nothing);
    return said;
  };
  assert.deepEqual(tell(), [`/usr/bin/program: is not in ${root} (build-id ${ID})`]);
  put(root, 'usr/bin/program', program('aabbccdd', 4 * PAGE));
  const another = `/usr/bin/program: in ${root} is another one than was mapped`;
  assert.deepEqual(tell(), [`${another}: its build-id is aabbccdd, not ${ID}`]);
  put(root, 'usr/bin/program', Buffer.alloc(4 * PAGE));
  assert.deepEqual(tell(), [`${another}: its build-id is missing, not ${ID}`]);
});

test('without a build-id, the size of a file tells', (t) => {
  const { directory, root } = withProgram(t, { size: 5 * PAGE });
  const said: string[] = [];
  const say = (...words: string[]): number => said.push(words.join(': '));
  put(root, 'usr/bin/program', program(ID, 4 * PAGE));
  assert.deepEqual(pagesOf(directory, new Sysroot(root, say)), [undefined, 0xee, undefined, undefined]);
  assert.deepEqual(said, [
    `/usr/bin/program: in ${root} is another one than was mapped: it has ${4 * PAGE} bytes, not ${5 * PAGE}`,
  ]);
  put(root, 'usr/bin/program', program(ID, 5 * PAGE));
  assert.deepEqual(pagesOf(directory, new Sysroot(root)), [2, 0xee, 4, 5]);
});

test('links are followed as inside the container, and nothing leads out of it', (t) => {
  const { directory, root } = withProgram(t);
  put(root, 'lib/program', program(ID, 5 * PAGE));
  mkdirSync(join(root, 'usr'), { recursive: true });
  symlinkSync('/lib', join(root, 'usr/bin'));
  assert.deepEqual(pagesOf(directory, new Sysroot(root)), [2, 0xee, 4, 5]);
  const { directory: other, root: inner } = withProgram(t, { name: '/../../../secret' });
  put(dirname(inner), 'secret', program(ID, 5 * PAGE));
  assert.deepEqual(pagesOf(other, new Sysroot(inner)), [undefined, 0xee, undefined, undefined]);
  mkdirSync(join(inner, 'loop'));
  symlinkSync('../secret', join(inner, 'secret'));
  assert.deepEqual(pagesOf(other, new Sysroot(inner)), [undefined, 0xee, undefined, undefined]);
});

test('a file that was deleted does not come from a path that another one has now', (t) => {
  const { directory, root } = withProgram(t);
  put(root, 'usr/bin/program', program(ID, 5 * PAGE));
  const remap = encodeWithOracle('remap_file_path_entry', { orig_id: 5, remap_id: 1, remap_type: 1 });
  writeFileSync(join(directory, 'remap-fpath.img'), buildImage('REMAP_FPATH', [remap]));
  assert.deepEqual(pagesOf(directory, new Sysroot(root)), [undefined, 0xee, undefined, undefined]);
});

test('pages of 64 KiB', (t) => {
  const size = 65536;
  const areas = [{ start: START_64, end: START_64 + 4 * size, kind: ANON_PRIVATE }];
  const data = Buffer.alloc(2 * size, 0x77);
  const directory = buildTree(join(temporary(t), 'dump'), {
    processes: [{ pid: 7, areas, pages: [{ at: START_64 + size, data }] }],
    threads: { 7: x86Thread() },
    pageSize: size,
  });
  const core = new CoreReader(coreOf(directory, 7));
  assert.deepEqual(core.memory(BigInt(START_64 + size), 2 * size), data);
  assert.deepEqual(
    core.loads.map(({ offset }) => offset % size),
    [0, 0],
  );
});
