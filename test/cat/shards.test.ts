/** Shards: the parts of a checkpoint that several processes read, and what crit-pack makes of them. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test, type TestContext } from 'node:test';
import type { CheckpointLinesOptions } from '../../src/cat/checkpoint-lines.ts';
import { CritError } from '../../src/error.ts';
import { SourceDirectory } from '../../src/files/source-directory.ts';
import type { ImageRange } from '../../src/line/line.ts';
import { isShardJson, type ShardJson } from '../../src/line/shard.ts';
import { filterLines } from '../../src/streams/filter-lines.ts';
import { mapLines } from '../../src/streams/map-lines.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/streams/checkpoint.ts';
import { readLines } from '../../src/streams/objects.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

async function linesOf(path: string | string[], options: CheckpointLinesOptions = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readCheckpoint(path, options)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const shardsOf = (path: string | string[], of: number, options: CheckpointLinesOptions = {}): Promise<string[]> =>
  Promise.all(
    Array.from({ length: of }, (_, index) => linesOf(path, { ...options, shard: { number: index + 1, of } })),
  );

/** The lines between the marks. */
const inside = (shard: string): string => shard.split('\n').slice(1, -2).join('\n');

async function pack(t: TestContext, ...lines: string[]): Promise<Record<string, string>> {
  const directory = join(temporary(t), 'out');
  await pipeline([Buffer.from(lines.join(''))], writeCheckpoint(directory));
  return readTree(directory);
}

/** Any order, the same for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => [item, Math.sin(seed * 1000 + index)] as const)
    .sort(([, a], [, b]) => a - b)
    .map(([item]) => item);
}

for (const [index, name] of CHECKPOINTS.entries()) {
  // Each checkpoint in two of the numbers from 1 to 7, which each have a dozen checkpoints.
  const counts = [1 + (index % 7), 1 + ((index + 3) % 7)];
  test(`${name}: ${counts.join(' and ')} shards, joined in any order, are the whole`, async (t) => {
    const path = fixture(`real/${name}`);
    for (const of of counts)
      assert.deepEqual(await pack(t, ...shuffled(await shardsOf(path, of), index * 7 + of)), readTree(path));
  });
}

test('shards one after another are the lines of the whole', async () => {
  const path = fixture('real/procs');
  const shards = await shardsOf(path, 5);
  const images = (lines: string): string[] =>
    [...lines.matchAll(/^\{"image":"([^"]+)".*"begin"/gm)].map(([, i]) => i ?? '');
  assert.deepEqual(
    shards.flatMap(images).filter((image, i, all) => image !== all[i - 1]),
    images(await linesOf(path)),
  );
});

test('a shard says which it is, first and last, and the same checkpoint is called the same', async (t) => {
  const path = fixture('real/simple');
  const shards = await shardsOf(path, 3);
  const marks: ShardJson[] = [];
  for (const [index, shard] of shards.entries()) {
    const lines = shard.trimEnd().split('\n');
    for (const line of [lines[0], lines.at(-1)]) {
      const { shard: mark } = JSON.parse(line ?? '');
      assert.ok(isShardJson(mark));
      assert.equal(mark.number, index + 1);
      assert.equal(mark.of, 3);
      marks.push(mark);
    }
    assert.deepEqual([marks.at(-2)?.complete, marks.at(-1)?.complete], [undefined, true]);
  }
  assert.equal(new Set(marks.map(({ checkpoint }) => checkpoint)).size, 1);
  const copy = join(temporary(t), 'elsewhere');
  cpSync(path, copy, { recursive: true });
  assert.equal((await shardsOf(copy, 3))[1], shards[1]);
});

test('dumps whose files have the same names and sizes are told apart by their inventories', async (t) => {
  const [one, other] = ['one', 'other'].map((name) => join(temporary(t), name));
  for (const [path, byte] of [
    [one, 1],
    [other, 2],
  ] as const) {
    mkdirSync(path ?? '');
    writeFileSync(join(path ?? '', 'inventory.img'), Buffer.from([0x58, 0x19, 0x31, 0x91, byte]));
    writeFileSync(join(path ?? '', 'pages-1.img'), Buffer.alloc(8192, byte));
  }
  const only = { wants: (image: string) => image.startsWith('pages') };
  const [mark, otherMark] = [
    await linesOf(one ?? '', { ...only, shard: { number: 1, of: 1 } }),
    await linesOf(other ?? '', { ...only, shard: { number: 1, of: 1 } }),
  ].map((lines) => lines.split('\n')[0]);
  assert.notEqual(mark, otherMark);
});

test('more shards than images: some are empty, and say so', async (t) => {
  const path = fixture('real/simple');
  const shards = await shardsOf(path, 200);
  assert.ok(shards.some((shard) => inside(shard) === ''));
  assert.deepEqual(await pack(t, ...shuffled(shards, 1)), readTree(path));
});

test('several directories and files are divided as one', async (t) => {
  const paths = [fixture('real/simple'), fixture('real/ipc'), fixture('crafted/MM-typ.img')];
  assert.deepEqual(await pack(t, ...shuffled(await shardsOf(paths, 4), 2)), await pack(t, await linesOf(paths)));
});

test('what is chosen is what is divided', async (t) => {
  const wants = (image: string): boolean => !image.startsWith('pages-');
  const shards = await shardsOf(fixture('real/procs'), 4, { wants });
  assert.deepEqual(await pack(t, ...shards), await pack(t, await linesOf(fixture('real/procs'), { wants })));
  const sizes = shards.map((shard) => inside(shard).length);
  assert.ok(Math.min(...sizes) > 0, String(sizes));
  const others = await shardsOf(fixture('real/procs'), 4);
  await assert.rejects(pack(t, ...shards.slice(0, 3), others[3] ?? ''), /another checkpoint/);
});

test('a tar that is not compressed is divided, and comes back as it was from shards in their order', async (t) => {
  const cwd = temporary(t);
  const archive = fixture('archives/podman-counter.tar');
  const script =
    'for k in 1 2 3; do crit-cat --shard $k/3 "$1" > $k; done; cat 1 2 3 | crit-pack --tar -o back.tar && cmp "$1" back.tar';
  const { codes, stderr } = await shell(script, [archive], { cwd });
  assert.deepEqual([codes, stderr], [[0], '']);
  const mixed = await shell('cat 2 1 3 | crit-pack --tar -o mixed.tar; echo $?; ls', [], { cwd });
  assert.match(mixed.stderr, /^crit-pack: line 1: shard 2 of 3, where shard 1 comes next: .*in their order.*\n$/);
  assert.equal(String(mixed.stdout), '2\n1\n2\n3\nback.tar\n');
});

test('what cannot be read at random is refused', async (t) => {
  const cwd = temporary(t);
  for (const script of [
    'crit-cat --shard 1/2 "$1"',
    'crit-cat --shard 1/2 < "$2"',
    'crit-cat --shard 1/2 --bare "$2"',
    'crit-cat --shard 1/2 --decompress "$2"',
  ]) {
    const { codes, stderr } = await shell(
      script,
      [fixture('archives/podman-counter.tar.zst'), fixture('real/simple/pstree.img')],
      { cwd },
    );
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /--shard/);
  }
});

test('a file that changes its size between the two looks is noticed', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture('real/mem'), directory, { recursive: true });
  const last = readdirSync(directory).sort().at(-1) ?? '';
  const accept = (): boolean => {
    appendFileSync(join(directory, last), 'more');
    return true;
  };
  const lines = readCheckpoint(directory, { shard: { number: 1, of: 2 }, accept });
  await assert.rejects(lines.toArray(), /changed their size while the shard was read/);
});

const marks = (shard: string): [string, string] => [`${shard.split('\n')[0]}\n`, `${shard.split('\n').at(-2)}\n`];

const REFUSED: Record<string, [(shards: string[], others: string[]) => string[], RegExp]> = {
  'a shard that is missing': [([a, , c]) => [a ?? '', c ?? ''], /1 of 3 shards is missing: 2/],
  'all but one': [([a]) => [a ?? ''], /2 of 3 shards are missing: 2, 3/],
  'a shard twice': [([a, b, c]) => [a ?? '', b ?? '', a ?? '', c ?? ''], /shard 1 of 3 comes twice/],
  'a shard of another checkpoint': [
    ([a, b], [, , c]) => [a ?? '', b ?? '', c ?? ''],
    /shard 3 of 3 is of another checkpoint/,
  ],
  'a shard whose end was cut off': [
    ([a, b, c]) => [a ?? '', (b ?? '').replace(/.*\n$/, ''), c ?? ''],
    /shard 2 of 3 was cut off/,
  ],
  'the last one, cut off': [
    ([a, b, c]) => [a ?? '', b ?? '', (c ?? '').replace(/.*\n$/, '')],
    /shard 3 of 3 was cut off/,
  ],
  'a shard cut off within an image': [
    ([a, b, c]) => [(a ?? '').replace(/.*\n.*\n$/, marks(a ?? '')[1]), b ?? '', c ?? ''],
    /begun, but never ended/,
  ],
  'a shard without its first line': [
    ([a, b, c]) => [a ?? '', (b ?? '').replace(/^.*\n/, ''), c ?? ''],
    /line \d+: .*a line of no shard among shards/,
  ],
  "one whose end is another's": [
    ([a, b, c]) => [a ?? '', marks(b ?? '')[0], marks(c ?? '')[1]],
    /the end of shard 3 of 3, whose beginning is missing/,
  ],
  'lines that are mixed': [([a, b, c]) => [marks(a ?? '')[0], b ?? '', c ?? ''], /shard 1 of 3 was cut off/],
  'lines before the first': [
    ([a, b, c]) => [
      '{"image":"x","magic":"RAW","begin":{}}\n{"image":"x","magic":"RAW","end":{}}\n',
      a ?? '',
      b ?? '',
      c ?? '',
    ],
    /shard 1 of 3 behind lines of no shard/,
  ],
  'a number beyond': [([a]) => [(a ?? '').replaceAll('"number":1', '"number":4')], /"shard" must have/],
  'a mark with another key': [([a]) => [(a ?? '').replaceAll('{"shard"', '{"image":"x","shard"')], /a line of its own/],
};

for (const [what, [make, message]] of Object.entries(REFUSED))
  test(`${what}: refused, and nothing is left`, async (t) => {
    const cwd = temporary(t);
    const lines = make(await shardsOf(fixture('real/simple'), 3), await shardsOf(fixture('real/ipc'), 3));
    const output = writeCheckpoint(join(cwd, 'out'));
    await assert.rejects(pipeline([Buffer.from(lines.join(''))], output), (error: unknown) => {
      assert.ok(error instanceof CritError);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(readdirSync(cwd), []);
  });

test('crit-pack says in one line what is missing, exits with 2, and leaves nothing', async (t) => {
  const cwd = temporary(t);
  const script = '{ crit-cat --shard 3/3 "$1"; crit-cat --shard 1/3 "$1" | sed \\$d; } | crit-pack -C out';
  const cut = await shell(script, [fixture('real/simple')], { cwd });
  assert.deepEqual(
    [cut.codes, cut.stderr],
    [[0, 2], 'crit-pack: shard 1 of 3 was cut off: its last line is missing\n'],
  );
  const missing = await shell('{ crit-cat --shard 3/3 "$1"; } | crit-pack -o out', [fixture('real/simple')], { cwd });
  assert.deepEqual(missing.codes, [0, 2]);
  assert.deepEqual(readdirSync(cwd), []);
});

test('shards of another N are refused', async (t) => {
  const [shards, others] = [await shardsOf(fixture('real/simple'), 3), await shardsOf(fixture('real/simple'), 4)];
  await assert.rejects(pack(t, shards[0] ?? '', others[1] ?? ''), /shard 2 of 4, where shard 1 of 3 came before/);
});

test('filters pass the marks on', async (t) => {
  const shards = await shardsOf(fixture('real/procs'), 3);
  const whole = await linesOf(fixture('real/procs'));
  for (const filter of [
    () => filterLines('image !== "fs-2585.img"'),
    () => mapLines('if (entry?.umask) entry.umask = 0'),
  ]) {
    const through = async (text: string): Promise<string> =>
      String(
        Buffer.concat(
          await filter()
            .on('error', () => {})
            .end(text)
            .toArray(),
        ),
      );
    const changed = await Promise.all(shards.map(through));
    for (const [index, text] of changed.entries()) assert.deepEqual(marks(text), marks(shards[index] ?? ''));
    assert.deepEqual(await pack(t, ...shuffled(changed, 3)), await pack(t, await through(whole)));
  }
});

test('crit-edit and crit-redact pass the marks on', async (t) => {
  const cwd = temporary(t);
  const script = `for k in 1 2 3; do crit-cat -i '!pages-*' --shard $k/3 "$1" | "\${@:2}" > $k || exit; done
    cat 3 1 2 | crit-pack -C joined && crit-cat -i '!pages-*' "$1" | "\${@:2}" | crit-pack -C whole && diff -r joined whole && rm -r joined whole`;
  for (const filter of [
    ['crit-edit', '-q', '--if-present', '--path', '/srv/corpus=/opt/app'],
    ['crit-redact', '-q', '--text', 'corpus'],
  ]) {
    const { codes, stderr } = await shell(script, [fixture('real/procs'), ...filter], { cwd });
    assert.deepEqual([codes, stderr], [[0], '']);
  }
});

test('crit-redact refuses a range, across whose border a secret may stand', async () => {
  const { codes, stderr } = await shell('crit-cat --shard 1/9 -m PAGES "$1" | crit-redact -q --text x > /dev/null', [
    fixture('real/mem'),
  ]);
  assert.deepEqual(codes, [0, 2]);
  assert.match(stderr, /a range of the image/);
});

/** A pages image of which no two pages are alike, but for some zeros in the middle. */
function pagesIn(directory: string, pages: number): string {
  const bytes = Buffer.alloc(pages * 4096);
  for (let page = 0; page < pages; page++)
    if (page < pages / 4 || page > pages / 2)
      for (let at = 0; at < 4096; at += 4) bytes.writeUInt32LE((page * 4099 + at) >>> 0, page * 4096 + at);
  mkdirSync(directory);
  writeFileSync(join(directory, 'pages-1.img'), bytes, { mode: 0o600 });
  cpSync(fixture('real/simple/pstree.img'), join(directory, 'pstree.img'));
  return directory;
}

const rangesIn = (shard: string): (ImageRange | undefined)[] =>
  [...shard.matchAll(/^\{"image":"pages-1.img".*"begin":(\{.*\})\}$/gm)].map(
    ([, begin]) => JSON.parse(begin ?? '').range,
  );

test('memory is cut at pages, into ranges of one size', async (t) => {
  const path = pagesIn(join(temporary(t), 'dump'), 401);
  for (const of of [2, 5, 7]) {
    const shards = await shardsOf(path, of);
    const ranges = shards.flatMap(rangesIn);
    let next = 0;
    for (const range of ranges) {
      assert.equal(range?.offset, next);
      assert.equal(range.offset % 4096, 0);
      assert.equal(range.size, 401 * 4096);
      assert.ok(Math.abs(range.length - range.size / of) <= 2 * 4096);
      next += range.length;
    }
    assert.equal(next, 401 * 4096);
    assert.deepEqual(await pack(t, ...shuffled(shards, of)), readTree(path));
  }
});

test('zeros of a range become a hole, wherever it comes', async (t) => {
  const directory = temporary(t);
  const path = pagesIn(join(directory, 'dump'), 1000);
  const shards = await shardsOf(path, 5);
  await pipeline([Buffer.from(shards.reverse().join(''))], writeCheckpoint(join(directory, 'out')));
  assert.ok(statSync(join(directory, 'out/pages-1.img')).blocks * 512 < 800 * 4096);
});

test('-o takes ranges in any order, standard output and an archive in theirs', async (t) => {
  const cwd = temporary(t);
  pagesIn(join(cwd, 'dump'), 100);
  const script = `for k in 1 2 3; do crit-cat --shard $k/3 -m PAGES dump > $k; done
    cat 2 3 1 | crit-pack -o back && cmp back dump/pages-1.img && cat 1 2 3 | crit-pack | cmp - back`;
  const { codes, stderr } = await shell(script, [], { cwd });
  assert.deepEqual([codes, stderr], [[0, 0, 0], '']);
  for (const output of ['| wc -c', '--tar -o out']) {
    const refused = await shell(`cat 2 3 1 | crit-pack ${output}`, [], { cwd });
    assert.equal(refused.codes[1], 2);
    assert.ok(!readdirSync(cwd).includes('out'));
    assert.match(refused.stderr, /cat (?:the shards in theirs|them so)/);
  }
});

test('lines that say where memory is, and those that only tell its place, are divided as well', async (t) => {
  const directory = temporary(t);
  const path = fixture('real/procs');
  const large = pagesIn(join(directory, 'dump'), 401);
  const spans = await shardsOf(path, 4, { at: true });
  assert.ok(spans.every((shard) => /"at":\{/.test(shard)));
  assert.deepEqual(await pack(t, ...shuffled(spans, 1)), readTree(path));
  const places = await shardsOf(large, 4, { refs: true });
  assert.ok(places.some((shard) => /"range":.*\n.*"from":/.test(shard)));
  const source = new SourceDirectory(large);
  const output = writeCheckpoint(join(directory, 'out'), { source });
  await pipeline([Buffer.from(shuffled(places, 2).join(''))], output);
  assert.deepEqual(readTree(join(directory, 'out')), readTree(large));
});

const ofPages = (rest: object): string => `${JSON.stringify({ image: 'p', magic: 'PAGES', ...rest })}\n`;
const range = (offset: number, length: number, size: number, more: object = {}): string =>
  ofPages({ begin: { range: { offset, length, size }, ...more } }) +
  ofPages({ piece: { offset, length, fill: 1 } }) +
  ofPages({ end: {} });

for (const [what, lines, message] of [
  ['a hole between ranges', range(0, 1, 3) + range(2, 1, 3), /^p: 1 bytes at 1 are in none of the ranges/],
  ['a hole at the end', range(0, 2, 3), /^p: 1 bytes at 2 are in none/],
  ['a hole at the beginning', range(1, 2, 3), /^p: 1 bytes at 0 are in none/],
  ['ranges that overlap', range(0, 2, 3) + range(1, 2, 3), /line 4: its range at 1 overlaps/],
  ['the same range twice', range(0, 2, 3) + range(0, 2, 3), /line 4: its range at 0 overlaps/],
  ['a range behind the end of the image', range(0, 3, 3) + range(0, 3, 3), /begins twice/],
  ['ranges of images of another size', range(0, 1, 3) + range(1, 1, 2), /of another magic, mode or size/],
  ['ranges of another mode', range(0, 1, 2) + range(1, 1, 2, { mode: '0644' }), /of another magic, mode or size/],
  ['a range that leaves the image', range(2, 2, 3), /lie within the size/],
  [
    'a range that has too little',
    range(0, 3, 3).replace('"length":3,"fill"', '"length":2,"fill"'),
    /has 3 bytes, and 2 have come/,
  ],
  [
    'one that has too much',
    range(0, 2, 3).replace('"length":2,"fill"', '"length":3,"fill"'),
    /has 2 bytes, and 3 have come/,
  ],
  ['the whole where a range has come', range(0, 1, 3) + ofPages({ begin: {} }), /lines of no range/],
  [
    'a piece between ranges',
    range(0, 1, 3) + ofPages({ piece: { offset: 1, length: 1, fill: 0 } }),
    /lines of no range/,
  ],
  ['a range of entries', range(0, 1, 3).replaceAll('PAGES', 'PSTREE'), /only raw bytes have ranges/],
] as const)
  test(`${what}: refused, and nothing is left`, async (t) => {
    const cwd = temporary(t);
    await assert.rejects(pipeline([Buffer.from(lines)], writeCheckpoint(join(cwd, 'out'))), (error: unknown) => {
      assert.ok(error instanceof CritError);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(readdirSync(cwd), []);
  });

test('ranges in any order are a file', async (t) => {
  const lines = [range(0, 1, 6), range(1, 2, 6), range(3, 2, 6), range(5, 1, 6)];
  for (let seed = 0; seed < 24; seed++) {
    const { p } = await pack(t, ...shuffled(lines, seed));
    assert.equal(p, (await pack(t, range(0, 6, 6)))['p']);
  }
});

test('readLines gives the marks', async () => {
  const [shard = ''] = await shardsOf(fixture('real/simple'), 2);
  const found: unknown[] = [];
  for await (const line of readLines([shard])) if ('shard' in line) found.push(line.shard.complete);
  assert.deepEqual(found, [undefined, true]);
});
