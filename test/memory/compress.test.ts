/** `crit compress` and `crit decompress` on directories: what they write, and that they write all or nothing. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint, type BuiltPages } from './build-checkpoint.ts';
import { buildKnown, contents, WRITTEN } from './known-memory.ts';

const MAP = 0x7f00_0000_0000;

/** What is aligned in a checkpoint without compression has no place in it. */
const PLAIN = WRITTEN.map((part): BuiltPages => ('data' in part ? { at: part.at, data: part.data } : part));

/** What the pagemap of process 7 says of each entry: its flags, and how each of its blocks is stored. */
function layoutOf(directory: string): unknown[] {
  const checkpoint = Checkpoint.openDirectory(directory);
  const [, ...entries] = checkpoint.images.entries('pagemap-7.img', 'PAGEMAP');
  checkpoint.close();
  return entries.map((entry) => {
    if (!('vaddr' in entry)) return undefined;
    const { flags, blocks } = entry;
    return [
      flags,
      ...(blocks?.block_sizes?.map((size) => (size === 0 ? 'zero' : size === PAGE ? 'plain' : 'lz4')) ?? []),
    ];
  });
}

function build(directory: string, pages: readonly BuiltPages[], kind = ANON_PRIVATE): string {
  const area = { start: MAP, end: MAP + 32 * PAGE, kind };
  return buildCheckpoint(directory, { processes: [{ pid: 7, areas: [area], pages }] });
}

test('compressed and back, every byte, with words of CRIT; the originals stay as backups', async (t) => {
  const directory = join(temporary(t), 'dump');
  buildKnown(directory, {}, PLAIN);
  const before = readTree(directory);
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1, 1);
  chmodSync(join(directory, 'pages-3.img'), 0o640);
  const compressed = await shell('crit compress "$1"; crit mem -p 7 --map "$1" | tail -n 1', [directory]);
  assert.deepEqual([compressed.stderr, compressed.codes], ['', [0, 0]]);
  const said = compressed.stdout.toString().split('\n');
  assert.equal(said[0], `Compressing checkpoint in ${directory}`);
  assert.match(said[1] ?? '', /^ {2}pagemap-7\.img: 33 pages \(132K -> \d+K, \d+\.\d% saved\)$/);
  const { img_version, compress, compress_block_size } = Checkpoint.openDirectory(directory).images.first(
    'inventory.img',
    'INVENTORY',
  );
  assert.deepEqual([img_version, compress, compress_block_size], [3, 1, PAGE]);
  const { mode, mtimeMs } = statSync(join(directory, 'pages-3.img'));
  assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 1000]);
  const backups = Object.entries(readTree(directory)).filter(([name]) => name.endsWith('.bak'));
  assert.deepEqual(
    backups,
    backups.map(([name]) => [name, before[name.slice(0, -4)]]),
  );
  assert.equal(backups.length, 9);

  const again = await shell('crit compress "$1"; crit decompress "$1"', [directory]);
  assert.match(again.stdout.toString(), /^Checkpoint in .* is already compressed\n$/);
  assert.match(
    again.stderr,
    /^crit decompress: .*\.bak: is there already, and no backup replaces another one: see --in-place\n$/,
  );
  assert.deepEqual(again.codes, [2]);
  const back = await shell('rm "$1"/*.bak; crit decompress --in-place "$1"; crit decompress "$1"', [directory]);
  assert.match(
    back.stdout.toString(),
    /^Decompressing .*\n[^]*pagemap-7\.img: 33 pages \(\d+K -> 132K\)\n[^]*Done\n.* is already decompressed\n$/,
  );
  assert.deepEqual(readTree(directory), before);
});

const PRESENT = 4;
const LAZY = 2;
const ALIGNED = 8;
/** Contents of a page. */
const TEXT = Buffer.alloc(PAGE, 'abc');
const ZERO = Buffer.alloc(PAGE);
const noise = (seed: number): Buffer => contents(3 * seed + 1, 1);

const MIXED: readonly BuiltPages[] = [
  { at: MAP, data: Buffer.concat([TEXT, noise(5), ZERO]) },
  { at: MAP + 4 * PAGE, data: Buffer.concat([ZERO, noise(2), TEXT]) },
  { at: MAP + 8 * PAGE, data: Buffer.concat([noise(7), noise(8)]) },
  { at: MAP + 12 * PAGE, data: ZERO },
  { at: MAP + 14 * PAGE, pages: 2, where: 'lazy' },
];

test('the layout is that of CRIT: blocks of a page, aligned where the first is as it was, none where all are', async (t) => {
  const directory = build(join(temporary(t), 'dump'), MIXED);
  const before = readTree(directory);
  const { stderr, codes } = await shell('crit compress --in-place "$1"', [directory]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(layoutOf(directory), [
    [PRESENT, 'lz4', 'plain', 'zero'],
    [PRESENT | ALIGNED, 'zero', 'plain', 'lz4'],
    [PRESENT | ALIGNED],
    [PRESENT, 'zero'],
    [LAZY],
  ]);
  await shell('crit decompress --in-place "$1"', [directory]);
  assert.deepEqual(readTree(directory), before);
});

test('huge pages and those of plugins are stored as they are, zeros apart', async (t) => {
  for (const kind of [
    { flags: 0x40022, status: 0x201 },
    { flags: 0x22, status: 0x8000201 },
  ]) {
    const directory = build(join(temporary(t), 'dump'), MIXED, kind);
    await shell('crit compress --in-place "$1"', [directory]);
    assert.deepEqual(layoutOf(directory).slice(0, 2), [
      [PRESENT | ALIGNED, 'plain', 'plain', 'zero'],
      [PRESENT | ALIGNED, 'zero', 'plain', 'plain'],
    ]);
  }
});

test('what cannot be compressed is an error, and nothing changes', async (t) => {
  const damages: Readonly<Record<string, readonly [damage: (directory: string) => void, reason: RegExp]>> = {
    'a short pages image': [
      (directory) => truncateSync(join(directory, 'pages-1.img'), 3 * PAGE),
      /pagemap-7\.img: tells of 36864 bytes of pages, but pages-1\.img has 12288$/,
    ],
    'no pages image': [
      (directory) => rmSync(join(directory, 'pages-1.img')),
      /pagemap-7\.img: tells of pages-1\.img, which is missing$/,
    ],
    'no inventory': [(directory) => rmSync(join(directory, 'inventory.img')), /inventory\.img: no such file/],
    'a link in the place of an image': [
      (directory) => {
        renameSync(join(directory, 'pages-1.img'), join(directory, '../elsewhere'));
        symlinkSync('../elsewhere', join(directory, 'pages-1.img'));
      },
      /pages-1\.img: is no ordinary file$/,
    ],
    'two pagemaps of one pages image': [
      (directory) => cpSync(join(directory, 'pagemap-7.img'), join(directory, 'pagemap-8.img')),
      /pagemap-8\.img: tells of pages-1\.img, as another one does$/,
    ],
  };
  for (const [what, [damage, reason]] of Object.entries(damages)) {
    const directory = build(join(temporary(t), 'dump'), MIXED);
    damage(directory);
    const before = readTree(directory);
    const { stdout, stderr, codes } = await shell('crit compress "$1"', [directory]);
    assert.deepEqual([stdout.toString(), codes], ['', [2]], what);
    assert.match(stderr.trimEnd(), reason);
    assert.deepEqual(readTree(directory), before, what);
  }
});

test('a damaged block is an error, and nothing changes', async (t) => {
  const directory = build(join(temporary(t), 'dump'), MIXED);
  await shell('crit compress --in-place "$1"', [directory]);
  const pages = readFileSync(join(directory, 'pages-1.img'));
  pages[0] = 0;
  writeFileSync(join(directory, 'pages-1.img'), pages);
  const before = readTree(directory);
  const { stderr, codes } = await shell('crit decompress --in-place "$1"', [directory]);
  assert.match(stderr, /^crit decompress: pages-1\.img: byte 0: a compressed block is damaged: /);
  assert.deepEqual(codes, [2]);
  assert.deepEqual(readTree(directory), before);
});

test('every real checkpoint comes back, and is smaller between', async (t) => {
  for (const name of ['simple', 'mem', 'procs', 'v411-ipc', 'lazy']) {
    const directory = join(temporary(t), name);
    cpSync(fixture(`real/${name}`), directory, { recursive: true });
    const { stdout, stderr, codes } = await shell(
      'crit compress --in-place --acceleration 3 "$1"; du -bs "$1" | cut -f1; crit decompress --in-place "$1"',
      [directory],
    );
    assert.deepEqual([stderr, codes], ['', [0]], name);
    assert.match(stdout.toString(), /\nDone\n\d+\nDecompressing .*\n[^]*Done\n$/);
    assert.deepEqual(readTree(directory), readTree(fixture(`real/${name}`)), name);
  }
});
