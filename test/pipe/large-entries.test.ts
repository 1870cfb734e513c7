/** The largest entries there are: a process with a quarter of a million VMAs, or a million, has them in one. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ENTRY_LIMIT } from '../../src/image/limits.ts';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const MANY = 262_144;
const MOST = 1_048_576;
const VMAS = 14;

/** What commands that hold the line of MANY may take, in MiB, and those that do not: docs/lines.md says so. */
const PEAK = 450;
const IN_PIECES = 120;
/** What a check of MANY may take, in MiB. */
const CHECKED = 140;

/** An mm image with so many VMAs, the last of which is the kernel's, beyond 2^53. */
function mmImage(count: number, prot = 3, flags = 0x22, status = 0x201): Buffer {
  const vma = (start: bigint): Buffer => {
    const numbers = [start, start + 4096n, 0, 0, prot, flags, status, 1, 0, 0];
    return delimited(VMAS, Buffer.concat(numbers.map((number, field) => numeric(field + 1, number))));
  };
  const fields = Array.from({ length: 12 }, (_, i) => numeric(i + 1, i + 1));
  const one = vma(0x7f1263c5d000n);
  // More of them take long to make one by one.
  const all =
    count > MANY
      ? [Buffer.alloc((count - 1) * one.length, one)]
      : Array.from({ length: count - 1 }, (_, i) => vma(0x7f0000000000n + BigInt(i * 8192)));
  return buildImage('MM', [Buffer.concat([...fields, ...all, vma(0xffffffffff600000n)])]);
}

test('a process with 262,144 VMAs goes through all commands that read or write images', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'mm-1.img'), mmImage(MANY));
  const there = [
    'crit-cat mm-1.img | crit-pack',
    'crit-cat --human mm-1.img | crit-pack',
    "crit-cat mm-1.img | crit-filter 'entry.vmas.length > 5' | crit-map 'entry.exe_file_id += 0' | crit-pack",
    'crit decode -i mm-1.img | crit encode',
    'crit show mm-1.img | crit encode',
  ];
  for (const pipeline of there) {
    const { codes, stderr, peak } = await shell(`${pipeline} | cmp - mm-1.img`, [], { cwd, measure: true });
    assert.deepEqual([codes.every((code) => code === 0), stderr], [true, ''], pipeline);
    assert.ok(peak < PEAK, `${pipeline}: ${peak} MiB`);
  }
});

test('and through jq', async (t) => {
  const { codes: found } = await shell('command -v jq >&2');
  if (found[0] !== 0) {
    t.skip('jq is not installed');
    return;
  }
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'mm-1.img'), mmImage(MANY));
  const { codes, stderr } = await shell('crit-cat mm-1.img | jq -c . | crit-pack | cmp - mm-1.img', [], { cwd });
  assert.deepEqual([codes, stderr], [[0, 0, 0, 0], '']);
});

test('questions about a process with 262,144 VMAs are answered', async (t) => {
  const cwd = temporary(t);
  cpSync(fixture('real/simple'), cwd, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(cwd, 'mm-2512.img'), mmImage(MANY));
  for (const [command, pattern] of [
    ['crit-mem --map . | wc -l', /^2621\d\d\n$/],
    ['crit x . mems | wc -l', /^2621\d\d\n$/],
    ['crit-inspect --json . | grep -o .processes.: | head -n 1', /processes/],
  ] as const) {
    const { codes, stdout, stderr, peak } = await shell(command, [], { cwd, measure: true });
    assert.deepEqual([codes.every((code) => code === 0), stderr], [true, ''], command);
    assert.match(stdout.toString(), pattern, command);
    assert.ok(peak < PEAK, `${command}: ${peak} MiB`);
  }
});

test('a process with 262,144 VMAs is checked without their text', async (t) => {
  const cwd = temporary(t);
  cpSync(fixture('real/simple'), cwd, { recursive: true, verbatimSymlinks: true });
  // A field that nobody knows, in two of the VMAs of the one entry.
  const odd = [0x7f0000000000, 0x7fff00000000].map((start) =>
    delimited(
      VMAS,
      Buffer.concat(
        [start, start + 4096, 0, 0, 3, 0x22, 0x201, 1, 0, 0, 7].map((number, field) =>
          numeric(field === 10 ? 999 : field + 1, number),
        ),
      ),
    ),
  );
  const many = mmImage(MANY).subarray(12);
  writeFileSync(join(cwd, 'mm-2512.img'), buildImage('MM', [Buffer.concat([many, ...odd])]));
  const { codes, stdout, stderr, peak } = await shell('crit-check --offline .', [], { cwd, measure: true });
  assert.deepEqual([codes, stderr], [[1], '']);
  assert.match(stdout.toString(), /mm-2512\.img: 1 entries with fields that the schema does not know/);
  assert.ok(peak < CHECKED, `${peak} MiB`);
});

test('a million VMAs, there and back, are never there as text', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'mm-1.img'), mmImage(MOST));
  const { codes, stderr, peak } = await shell('crit-cat mm-1.img | crit-pack -C out && cmp out/mm-1.img mm-1.img', [], {
    cwd,
    measure: true,
  });
  assert.deepEqual([codes, stderr], [[0], '']);
  assert.ok(peak < IN_PIECES, `${peak} MiB`);
});

test('an entry of another order of fields, as large', async (t) => {
  const cwd = temporary(t);
  const image = mmImage(MANY);
  // The numbers behind the first two fields of the message.
  image.copyWithin(12, 14, 16);
  image.writeUInt16BE(0x0801, 14);
  writeFileSync(join(cwd, 'mm-1.img'), image);
  const { codes, stderr, peak } = await shell('crit-cat mm-1.img | crit-pack | cmp - mm-1.img', [], {
    cwd,
    measure: true,
  });
  assert.deepEqual(codes, [0, 0, 0]);
  assert.match(stderr, /^crit-cat: warning: mm-1\.img: entry 1 at byte 8: not written as CRIU writes it/);
  assert.ok(peak < 1.5 * PEAK, `${peak} MiB`);
});

test('the largest entry that is taken comes back, and a larger one is refused', async (t) => {
  const cwd = temporary(t);
  const dataOf = (size: number): Buffer =>
    buildImage('TTY_DATA', [Buffer.concat([numeric(1, 1), delimited(2, Buffer.alloc(size, 7))])]);
  const most = ENTRY_LIMIT - 7;
  writeFileSync(join(cwd, 'most.img'), dataOf(most));
  assert.equal(readFileSync(join(cwd, 'most.img')).readUInt32LE(8), ENTRY_LIMIT);
  const { codes, stderr } = await shell(
    'crit-cat most.img | crit-pack | cmp - most.img && crit decode -i most.img | crit encode | cmp - most.img',
    [],
    { cwd },
  );
  assert.deepEqual([codes, stderr], [[0, 0, 0], '']);
  writeFileSync(join(cwd, 'more.img'), dataOf(most + 1));
  const refused = await shell('crit-cat more.img', [], { cwd });
  assert.deepEqual(refused.codes, [2]);
  assert.match(refused.stderr, /entry 1 at byte 8: an entry of 67108865 bytes; 64 MiB is the most\n$/);
});

test('an entry whose text is longer than a line may be is refused where it is printed', async (t) => {
  const cwd = temporary(t);
  // Every bit has a name.
  writeFileSync(join(cwd, 'mm-1.img'), mmImage(MOST, 7, 0xffffffff, 0xffffffff));
  const { codes, stderr } = await shell('crit-cat --human mm-1.img > out', [], { cwd });
  assert.deepEqual(codes, [2]);
  assert.match(
    stderr,
    /^crit-cat: mm-1\.img: entry 1 at byte 8: .*(?:480 MiB is the most|512 MiB that one line may have)/,
  );
});

test('a length takes no memory before the bytes are there', async (t) => {
  const cwd = temporary(t);
  const image = mmImage(1);
  image.writeUInt32LE(ENTRY_LIMIT, 8);
  writeFileSync(join(cwd, 'mm-1.img'), image);
  const { codes, stderr, peak } = await shell('crit-cat mm-1.img', [], { cwd, measure: true });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /truncated: 67108864 bytes expected/);
  assert.ok(peak < 80, `${peak} MiB`);
});

test('more fields than a process can have VMAs, not as CRIU writes them, are refused before they take memory', async (t) => {
  const cwd = temporary(t);
  const threads = Buffer.alloc(2 * 2 ** 21, numeric(5, 1));
  writeFileSync(join(cwd, 'pstree.img'), buildImage('PSTREE', [Buffer.concat([threads, numeric(1, 1)])]));
  const { codes, stderr, peak } = await shell('crit-cat pstree.img', [], { cwd, measure: true });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /entry 1 at byte 8: damaged, or not written as CRIU writes it, with more than 1100000 fields/);
  assert.ok(peak < PEAK, `${peak} MiB`);
});
