/** crit-mem, and the lines that say where memory is. */
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildDirectory, mm, vma } from '../../../checkpoint/build-directory.ts';
import { fixture } from '../../../fixtures.ts';
import { parseLines } from '../../../lines.ts';
import { shell } from '../../../shell.ts';
import { temporary } from '../../../temporary.ts';
import { readTree } from '../../../tree.ts';
import { HEAP, PAGE, SHARED, buildCheckpoint } from '../../../memory/build-checkpoint.ts';
import { AT, WRITTEN, buildChain, buildKnown, expectedAt } from '../../../memory/known-memory.ts';

const hex = (address: number): string => `0x${address.toString(16)}`;

test('bytes of ranges and areas', async (t) => {
  const directory = buildChain(temporary(t), { pagesPerBlock: 2 });
  const start = AT.anonymous + 100;
  const range = await shell('crit-mem -p 7 "$1" "$2" "$3"', [
    directory,
    `${hex(start)}+6K`,
    `${hex(AT.heap)}-${hex(AT.heap + 5)}`,
  ]);
  const anonymous = expectedAt(AT.anonymous, 3 * PAGE) ?? Buffer.alloc(0);
  const heap = expectedAt(AT.heap, 6 * PAGE) ?? Buffer.alloc(0);
  assert.deepEqual(range.stdout, Buffer.concat([anonymous.subarray(100, 100 + 6144), heap.subarray(0, 5)]));
  assert.deepEqual((await shell('crit-mem -p 7 --vma \'[heap]\' "$1"', [directory])).stdout, heap);
  // What is read from the file is not there.
  const file = Buffer.concat(WRITTEN.slice(0, 1).map((part) => ('data' in part ? part.data : Buffer.alloc(0))));
  assert.deepEqual((await shell('crit-mem -p 7 --prot r-x "$1"', [directory])).stdout, file);
  const zeros = await shell('crit-mem -p 7 --prot r-x --missing zero "$1"', [directory]);
  assert.deepEqual(zeros.stdout, Buffer.concat([Buffer.alloc(PAGE), file, Buffer.alloc(PAGE)]));
});

test('says what is wrong', async (t) => {
  const directory = buildKnown(temporary(t));
  for (const [args, reason] of [
    [[directory], /memory of several processes: choose one of 7, 8 with -p/],
    [['-p', '7', directory, '0x400000+1'], /process 7: nothing at 0x400000: the page is as in the file \/bin\/known/],
    [['-p', '7', directory, '0x100000-0x100001'], /nothing at 0x100000: no area of memory is there/],
    [['-p', '7', directory, '12'], /12 is no range of addresses/],
    [['-p', '7', directory, '0x20-0x10'], /no range of addresses/],
    [['--map', '--hex', directory], /exclude each other/],
    [['--json', '-p', '7', directory], /--json goes with/],
    [['--page-size', '5000', directory], /not a power of two/],
    [['-p', '7', '--missing', 'x', directory], /--missing x is none of/],
  ] as const) {
    const { codes, stderr, stdout } = await shell('crit-mem "$@"', args);
    assert.match(stderr, reason);
    assert.deepEqual([codes[0], stdout.length], [2, 0], stderr);
  }
});

test('hex shows addresses and leaves repetitions out', async (t) => {
  const directory = buildKnown(temporary(t));
  const { stdout } = await shell('crit-mem -p 7 --hex "$1" "$2"', [
    directory,
    `${hex(AT.heap + 2 * PAGE)}+${PAGE + 24}`,
  ]);
  const address = (offset: number): string => (AT.heap + 2 * PAGE + offset).toString(16).padStart(16, '0');
  const lines = stdout.toString('latin1').split('\n');
  assert.equal(lines[0], `${address(0)}  ${'00 '.repeat(8)} ${'00 '.repeat(8)} |................|`);
  assert.equal(lines[1], '*');
  assert.ok(lines[2]?.startsWith(`${address(PAGE)}  70 61 67 65 20 30 20 6f  66 20 33 `), lines[2]);
  assert.ok(lines[2]?.includes('  |page 0 of 3'), lines[2]);
  assert.match(lines[3] ?? '', new RegExp(`^${address(PAGE + 16)}(?: {1,2}[0-9a-f]{2}){8} {27}\\|.{8}\\|$`));
  assert.deepEqual(lines.slice(4), [address(PAGE + 24), '']);
});

test('the map says what is saved of each area', async (t) => {
  const { stdout } = await shell('crit-mem --map --json -p 7 "$1"', [buildChain(temporary(t), { pagesPerBlock: 4 })]);
  const areas = stdout
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  const heap = areas.find(({ name }) => name === '[heap]');
  assert.deepEqual(heap, {
    pid: 7,
    comm: 'first',
    start: hex(AT.heap),
    end: hex(AT.heap + 6 * PAGE),
    prot: 'rw-',
    shared: false,
    name: '[heap]',
    rest: 'zero',
    size: 6 * PAGE,
    saved: 3 * PAGE,
    parent: 3 * PAGE,
    lazy: 0,
    in_shared: 0,
  });
  const text = await shell('crit-mem --map -p 7 "$1"', [buildChain(temporary(t))]);
  assert.match(text.stdout.toString('utf8'), /\n {2}100000000-100006000 +rw-p +24 +12 +12 +0 {2}\[heap\]\n/);
});

const CONTENT_PAGES: Readonly<Record<string, Buffer>> = {
  zero: Buffer.alloc(PAGE),
  text: Buffer.alloc(PAGE, 'line of a log\n'),
  random: createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16)).update(Buffer.alloc(PAGE)),
  other: Buffer.alloc(PAGE, Buffer.of(1, 0, 0, 0)),
};

/** Pages of some classes one after another. */
function pagesOf(...classes: readonly string[]): Buffer {
  return Buffer.concat(classes.map((each) => CONTENT_PAGES[each] ?? Buffer.alloc(0)));
}

for (const pagesPerBlock of [0, 1, 4]) {
  test(`the map says what the pages look like, ${pagesPerBlock} pages a block`, async (t) => {
    const directory = temporary(t);
    const areas = [0x10000, 0x20000].map((start, i) => ({
      start,
      end: start + 16 * PAGE,
      kind: HEAP,
      prot: i * 4 + 3,
    }));
    const data = pagesOf('other', 'zero', 'text', 'random', 'zero', 'zero', 'zero', 'zero', 'other');
    const ways = pagesPerBlock === 0 ? {} : { pagesPerBlock };
    const shared = pagesOf('text', 'random', 'random');
    const mapped = { start: 0x40000, end: 0x40000 + 3 * PAGE, kind: SHARED, shmid: 50 };
    const built = {
      ...ways,
      shared: { 50: [{ at: 0, data: shared }] },
      processes: [
        { pid: 7, areas: [...areas, mapped], pages: areas.map(({ start }) => ({ at: start + PAGE, data })) },
        { pid: 8, areas: [mapped], pages: [] },
      ],
    };
    buildCheckpoint(join(directory, '1'), built);
    buildCheckpoint(join(directory, '2'), {
      ...built,
      parent: '../1',
      processes: [
        {
          pid: 7,
          areas,
          pages: [
            { at: 0x11000, pages: 8, where: 'parent' },
            { at: 0x19000, data: pagesOf('text') },
          ],
        },
      ],
    });
    const content = async (name: string): Promise<unknown[]> => {
      const { stdout, stderr } = await shell(
        'crit-mem --map --content --json "$1" | jq -c "[.pid, .saved, .content]"',
        [join(directory, name)],
      );
      assert.equal(stderr, '');
      return stdout
        .toString()
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
    };
    const pages = (
      zero: number,
      text: number,
      code: number,
      random: number,
      other: number,
    ): Record<string, number> => ({
      zero: zero * PAGE,
      text: text * PAGE,
      code: code * PAGE,
      random: random * PAGE,
      other: other * PAGE,
    });
    assert.deepEqual(await content('1'), [
      [7, 9 * PAGE, pages(5, 1, 0, 1, 2)],
      [7, 9 * PAGE, pages(5, 1, 2, 1, 0)],
      [7, 3 * PAGE, pages(0, 1, 0, 2, 0)],
      [8, 3 * PAGE, pages(0, 1, 0, 2, 0)],
    ]);
    // What is in a parent is not saved here.
    assert.deepEqual(await content('2'), [
      [7, PAGE, pages(0, 1, 0, 0, 0)],
      [7, 0, pages(0, 0, 0, 0, 0)],
    ]);
    const text = await shell('crit-mem --map --content -p 7 "$1"', [join(directory, '1')]);
    assert.match(text.stdout.toString(), / LAZY +ZERO +TEXT +CODE +RANDOM +OTHER {2}NAME /);
    assert.match(text.stdout.toString(), /\n {2}total +140 +84 +0 +0 +40 +12 +8 +16 +8\n/);
  });
}

test('pages outside of areas have a content, too; and it goes with --map alone', async (t) => {
  const directory = buildCheckpoint(temporary(t), {
    processes: [
      {
        pid: 7,
        areas: [{ start: 0x10000, end: 0x11000, kind: HEAP }],
        pages: [{ at: 0x30000, data: pagesOf('text', 'zero') }],
      },
    ],
  });
  const { stdout } = await shell('crit-mem --map --content "$1" | tail -n 1', [directory]);
  assert.match(stdout.toString(), /^ {2}30000-32000 +8 +8 +0 +0 +4 +4 +0 +0 +0 {2}\[outside\]\n$/);
  const stray = await shell('crit-mem --args --content "$1"', [directory]);
  assert.deepEqual(stray.codes, [2]);
  assert.match(stray.stderr, /^crit-mem: --content goes with --map\n/);
});

test('arguments, environment and auxiliary vector of real processes', async () => {
  const directory = fixture('real/mem');
  const { stdout } = await shell(
    'crit-mem --args "$1"; crit-mem --env --json -p 5010 "$1"; crit-mem --auxv -p 5009 "$1"',
    [directory],
  );
  const text = stdout.toString('utf8');
  assert.ok(
    text.startsWith(
      '5009\t/srv/corpus/bin/mem\n5010\t/srv/corpus/bin/mem\n{"pid":5010,"env":["PATH=/usr/bin:/bin"]}\n',
    ),
    text,
  );
  assert.match(text, /\n5009\tAT_PAGESZ\t4096\n/);
});

for (const name of ['mem', 'ipc', 'ns', 'lazy', 'incremental/3', 'incremental/1']) {
  test(`real memory, ${name}: crit-cat --at says where the pages are, and changes nothing`, async (t) => {
    const directory = fixture(`real/${name}`);
    const output = join(temporary(t), 'copy');
    const { codes, stderr } = await shell('crit-cat --at "$1" | tee "$2.lines" | crit-pack -C "$2"', [
      directory,
      output,
    ]);
    assert.deepEqual(codes, [0, 0, 0], stderr);
    assert.deepEqual(readTree(output), readTree(directory));
    // Against the entries of the pagemaps, page by page.
    const lines = parseLines(readFileSync(`${output}.lines`));
    const expected = new Map<string, string>();
    for (const { image } of lines.filter(({ magic, begin }) => magic === 'PAGEMAP' && begin)) {
      const [head, ...entries] = lines
        .filter((line) => line.image === image && line.entry)
        .map(({ entry }) => entry ?? {});
      let offset = 0;
      for (const { vaddr, flags = 4, nr_pages, compat_nr_pages } of entries) {
        if ((Number(flags) & 4) === 0) continue;
        for (let page = 0; page < Number(nr_pages ?? compat_nr_pages); page++, offset += PAGE) {
          const key = `pages-${String(head?.['pages_id'])}.img ${offset}`;
          if (!image.includes('shmem'))
            expected.set(key, `${/\d+/.exec(image)?.[0]} ${hex(Number(vaddr) + page * PAGE)}`);
        }
      }
    }
    const found = new Map<string, string>();
    for (const { image, piece, at } of lines) {
      if (!piece || typeof at !== 'object' || at === null || 'shmem' in at || !('pid' in at) || !('vaddr' in at))
        continue;
      for (let page = 0; page < piece.length; page += PAGE) {
        found.set(`${image} ${piece.offset + page}`, `${String(at.pid)} ${hex(Number(at.vaddr) + page)}`);
      }
    }
    assert.ok(expected.size > 0);
    assert.deepEqual(found, expected);
  });
}

test('crit-cat --decompress gives the images of a dump that was not compressed', async (t) => {
  const directory = temporary(t);
  const plain = buildKnown(
    join(directory, 'plain'),
    {},
    WRITTEN.map((part) => ('data' in part ? { at: part.at, data: part.data } : part)),
  );
  for (const pagesPerBlock of [1, 3]) {
    const packed = buildKnown(join(directory, `packed${pagesPerBlock}`), { pagesPerBlock });
    const output = join(directory, `output${pagesPerBlock}`);
    const { codes, stderr } = await shell('crit-cat --at --decompress "$1" | crit-pack -C "$2"', [packed, output]);
    assert.deepEqual(codes, [0, 0], stderr);
    assert.deepEqual(readTree(output), readTree(plain));
    // And as it is stored, byte for byte.
    const kept = await shell('crit-cat --at "$1" | crit-pack -C "$2.kept" && diff -r "$1" "$2.kept"', [packed, output]);
    assert.deepEqual([kept.codes, kept.stderr], [[0], '']);
  }
});

test('the pipe changes what is at an address, and nothing else', async (t) => {
  const directory = temporary(t);
  const dump = buildKnown(join(directory, 'dump'), { pagesPerBlock: 2 });
  const secret = AT.heap + PAGE;
  const script = `
    HITS=$(crit-grep --json -p 7 --vma '[heap]' -F 'page 1 of 2' "$1/dump" | jq -s .)
    crit-cat --at --decompress "$1/dump" |
      crit-map -m PAGES --argjson hits "$HITS" '
        if (!piece.data || !at?.vaddr) return;
        const memory = bytes(piece.data);
        for (const { pid, address, length } of hits) {
          const from = Number(u64(address) - u64(at.vaddr));
          if (pid === at.pid && from < memory.length && from + length > 0) memory.fill("x", Math.max(from, 0), from + length);
        }
        piece.data = base64(memory);' |
      crit-pack -C "$1/edited"
    crit-mem -p 7 --vma '[heap]' "$1/edited"`;
  const { stdout, stderr } = await shell(script, [directory]);
  assert.equal(stderr, '');
  const expected = Buffer.from(expectedAt(AT.heap, 6 * PAGE) ?? '');
  expected.fill('x', secret - AT.heap, secret - AT.heap + 11);
  assert.ok(stdout.equals(expected));
  const before = (await shell('crit-mem -p 7 --prot r "$1"', [dump])).stdout;
  const after = (await shell('crit-mem -p 7 --prot r "$1/edited"', [directory])).stdout;
  let different = 0;
  for (const [i, byte] of before.entries()) if (after[i] !== byte) different++;
  assert.equal(different, 11);
});

test('lines of crit-mem have the contents and the place', async (t) => {
  const directory = buildChain(temporary(t), { pagesPerBlock: 2 });
  const { stdout } = await shell('crit-mem -p 7 --lines "$1"', [directory]);
  const lines = parseLines(stdout);
  const at = new Map(lines.map((line) => [JSON.stringify(line.at), line]));
  assert.equal(at.size, lines.length);
  for (const { piece, at: place } of lines) {
    assert.ok(piece && typeof place === 'object' && place !== null && 'vaddr' in place);
    const data = piece.data === undefined ? Buffer.alloc(piece.length, piece.fill) : Buffer.from(piece.data, 'base64');
    assert.ok(expectedAt(Number(place.vaddr), data.length)?.equals(data), JSON.stringify(place));
  }
});

test('the auxiliary vector of a 32-bit task, whose entries are a word each', async (t) => {
  const packed = [
    [6, 4096],
    [33, 0xf7f8a000],
    [0, 0],
  ].map(([type = 0, value = 0]) => String((BigInt(value) << 32n) | BigInt(type)));
  const directory = buildDirectory(t, { 'mm-7.img MM': [mm([vma(0x10000, 0x11000, 1)], { mm_saved_auxv: packed })] });
  const { stdout } = await shell('crit-mem --auxv "$1"; crit-mem --auxv --json "$1"', [directory]);
  assert.equal(
    String(stdout),
    '7\tAT_PAGESZ\t4096\n7\tAT_SYSINFO_EHDR\t4160266240\n{"pid":7,"auxv":{"AT_PAGESZ":4096,"AT_SYSINFO_EHDR":4160266240}}\n',
  );
});
