import assert from 'node:assert/strict';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { SegmentReader } from '../../src/memory/read-segments.ts';
import { shell } from '../shell.ts';
import {
  ANON_PRIVATE,
  MEMFD_PRIVATE,
  PAGE,
  buildCheckpoint,
  type BuiltCheckpoint,
  type BuiltPages,
} from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const START = 0x10000;
const PAGES = 12;

/** What the pages of a dump hold; a dot is a page that is in the dump before. */
type Kept = readonly (Buffer | '.')[];

/** Noise in which nothing is found, and which differs from page to page and from dump to dump. */
function noise(seed: number): Buffer {
  return Buffer.from(Array.from({ length: PAGE }, (_, at) => 97 + ((at * 7 + (at >> 5) + seed * 13) % 25)));
}

/** A secret of 12 letters, told apart by a letter and digits; expressions find it as a whole alone. */
function secret(letter: string, number: number): string {
  return `<${letter}:${String(number).padStart(7, '0')}!>`;
}

const PATTERN = '<[A-Z]:[0-9]{7}!>';

/** Writes a text over the border of pages, so that `before` bytes are in the first. Pages of dots are those of `older`. */
function over(border: number, before: number, text: string, dump: Buffer[], end: 'first' | 'second' | 'both'): void {
  const bytes = Buffer.from(text, 'latin1');
  if (end !== 'second') bytes.copy(dump[border - 1] ?? Buffer.alloc(0), PAGE - before, 0, before);
  if (end !== 'first') bytes.copy(dump[border] ?? Buffer.alloc(0), 0, before);
}

interface Chain {
  readonly dumps: readonly Kept[];
  /** How many secrets the memory of each dump shows. */
  readonly counts: readonly number[];
}

/** Three dumps, each of which keeps other pages of the one before. */
function chain(): Chain {
  const [a, b, c] = [0, 1, 2].map((dump) => Array.from({ length: PAGES }, (_, page) => noise(dump * 100 + page)));
  assert.ok(a && b && c);
  // In each dump by itself, in a page and over a border.
  a[0]?.write(secret('A', 1), 100);
  over(9, 5, secret('A', 2), a, 'both');
  b[2]?.write(secret('B', 1), 4000);
  over(6, 3, secret('B', 2), b, 'both');
  c[4]?.write(secret('C', 1), 7);
  // Half in the second, half in the first, either way around.
  over(2, 6, secret('D', 1), a, 'first');
  over(2, 6, secret('D', 1), b, 'second');
  over(3, 4, secret('D', 2), b, 'first');
  over(3, 4, secret('D', 2), a, 'second');
  // Half in the third, half in the second; the first has that half as well. Half in the third, half in the first.
  over(5, 9, secret('E', 1), c, 'first');
  over(5, 9, secret('E', 1), a, 'first');
  over(5, 9, secret('E', 1), b, 'second');
  over(11, 8, secret('F', 1), a, 'first');
  over(11, 8, secret('F', 1), c, 'second');
  const of = (all: readonly Buffer[], kept: readonly number[]): Kept =>
    all.map((page, index) => (kept.includes(index) ? page : '.'));
  return { dumps: [a, of(b, [2, 5, 6]), of(c, [4, 11])], counts: [2, 7, 9] };
}

function built(kept: Kept, parent: string | undefined, pagesPerBlock: number | undefined): BuiltCheckpoint {
  const pages = kept.map((page, index): BuiltPages => {
    const at = START + index * PAGE;
    return page === '.' ? { at, pages: 1, where: 'parent' } : { at, data: page };
  });
  return {
    ...(parent !== undefined && { parent }),
    ...(pagesPerBlock !== undefined && { pagesPerBlock }),
    processes: [{ pid: 7, areas: [{ start: START, end: START + PAGES * PAGE, kind: ANON_PRIVATE }], pages }],
  };
}

function buildChain(directory: string, dumps: readonly Kept[], pagesPerBlock?: number): string {
  for (const [index, kept] of dumps.entries())
    buildCheckpoint(
      join(directory, String(index + 1)),
      built(kept, index > 0 ? `../${index}` : undefined, pagesPerBlock),
    );
  return directory;
}

/** The memory of a dump as a restore puts it together. */
function memoryOf(directory: string): string {
  const memory = new CheckpointMemory(Checkpoint.openDirectory(directory));
  try {
    const reader = new SegmentReader(memory.files, memory.pageSize);
    let text = '';
    for (const process of memory.processes)
      for (const { bytes } of reader.read(process.pieces(0, Infinity))) text += bytes.toString('latin1');
    return text;
  } finally {
    memory.checkpoint.close();
  }
}

function found(memory: string): string[] {
  return memory.match(new RegExp(PATTERN, 'g')) ?? [];
}

/** What a memory is to be: stars where some dump shows a part of a secret, and everything else as it was. */
function starred(dumps: readonly Kept[]): string[] {
  const marks = dumps.map(() => Array.from({ length: PAGES }, () => new Uint8Array(PAGE)));
  const ownerOf = (dump: number, page: number): number => {
    let owner = dump;
    while (dumps[owner]?.[page] === '.') owner--;
    return owner;
  };
  const shown = (dump: number): string =>
    Array.from({ length: PAGES }, (_, page) => {
      const bytes = dumps[ownerOf(dump, page)]?.[page];
      return bytes instanceof Buffer ? bytes.toString('latin1') : '';
    }).join('');
  for (const dump of dumps.keys())
    for (const { 0: text, index } of shown(dump).matchAll(new RegExp(PATTERN, 'g')))
      for (let at = index; at < index + text.length; at++) {
        const page = Math.floor(at / PAGE);
        marks[ownerOf(dump, page)]?.[page]?.fill(1, at % PAGE, (at % PAGE) + 1);
      }
  return dumps.map((_, dump) =>
    Array.from(shown(dump))
      .map((letter, at) => {
        const page = Math.floor(at / PAGE);
        return marks[ownerOf(dump, page)]?.[page]?.[at % PAGE] === 1 ? '*' : letter;
      })
      .join(''),
  );
}

for (const [name, pagesPerBlock] of [
  ['plain', undefined],
  ['compressed', 2],
] as const) {
  test(`a chain that is named as a whole, ${name} pages: no secret is left in any of its dumps, every other byte is`, async (t) => {
    const directory = temporary(t);
    const { dumps, counts } = chain();
    const source = buildChain(join(directory, 'chain'), dumps, pagesPerBlock);
    for (const [index, count] of counts.entries())
      assert.equal(found(memoryOf(join(source, String(index + 1)))).length, count);
    const out = join(directory, 'out');
    const redact = await shell('crit-redact -q --pattern "$1" "$2" -C "$3"', [PATTERN, source, out]);
    assert.equal(redact.stderr, '');
    for (const [index, expected] of starred(dumps).entries()) {
      const dump = join(out, String(index + 1));
      assert.equal(memoryOf(dump), expected);
      assert.deepEqual((await shell('crit-grep --all "$1" "$2"', [PATTERN, dump])).codes, [1]);
      assert.deepEqual(
        (await shell('crit-cat "$1" | crit-pack -C "$1.again" && diff -r "$1" "$1.again"', [dump])).codes,
        [0],
      );
    }
    assert.deepEqual(readdirSync(join(out, '3')).sort(), readdirSync(join(source, '3')).sort());
  });
}

test('dumps one by one, with those before by their links and those behind by --child', async (t) => {
  const directory = temporary(t);
  const { dumps } = chain();
  const source = buildChain(join(directory, 'chain'), dumps);
  const script = `set -e; cd "$2"
    crit-redact -q --pattern "$1" chain/3 -C out/3
    crit-redact -q --pattern "$1" --child chain/3 chain/1 -C out/1
    crit-cat chain/2 | crit-redact -q --pattern "$1" --from chain/2 --child chain/3 | crit-pack -C out/2`;
  const { stderr, codes } = await shell(script, [PATTERN, directory]);
  assert.deepEqual(codes, [0, 0, 0]);
  assert.match(stderr, /9 pages are in the dump before \(parent\), which is not redacted here/);
  assert.match(stderr, /parts of secrets that lie across dumps are in dumps that are not redacted here/);
  for (const [index, expected] of starred(dumps).entries())
    assert.equal(memoryOf(join(directory, 'out', String(index + 1))), expected, String(index + 1));
  assert.ok(source);
});

test('dumps without links: --parent and --child say which are before and behind, archives as well', async (t) => {
  const directory = temporary(t);
  const { dumps } = chain();
  for (const [index, kept] of dumps.entries())
    buildCheckpoint(join(directory, 'apart', String(index + 1)), built(kept, undefined, undefined));
  const script = `set -e; cd "$2/apart"
    tar -C 2 -cf 2.tar . ; tar -C 1 -cf 1.tar . ; tar -C 3 -czf 3.tar.gz .
    crit-redact -q --pattern "$1" --parent 2.tar --parent 1 3 -C ../out/3
    crit-redact -q --pattern "$1" --child 2 --child 3.tar.gz 1.tar -C ../out/1
    crit-redact -q --pattern "$1" --child 3 --parent 1.tar 2 -C ../out/2
    ln -s ../1 ../out/2/parent; ln -s ../2 ../out/3/parent`;
  const { codes, stderr } = await shell(script, [PATTERN, directory]);
  assert.deepEqual(codes, [0], stderr);
  for (const [index, expected] of starred(dumps).entries())
    assert.equal(memoryOf(join(directory, 'out', String(index + 1))), expected, String(index + 1));
});

test('half in memory of a process, half in the shared memory behind it', async (t) => {
  const directory = temporary(t);
  const [own, behind] = [noise(1), noise(2)];
  own.write(secret('G', 1).slice(0, 5), PAGE - 5);
  behind.write(secret('G', 1).slice(5), 0);
  const pages = [{ at: START, data: own }];
  const area = { start: START, end: START + 2 * PAGE, kind: MEMFD_PRIVATE, shmid: 3, pgoff: 0 };
  const dump = buildCheckpoint(join(directory, 'dump'), {
    processes: [{ pid: 7, areas: [area], pages }],
    shared: { 9: [{ at: 0, data: Buffer.concat([noise(3), behind]) }] },
    memfds: [{ file: 3, shmem: 9, name: 'held' }],
  });
  assert.deepEqual((await shell('crit-grep --all -c "$1" "$2"', [PATTERN, dump])).codes, [0]);
  const { stderr } = await shell('crit-redact --pattern "$1" "$2" -C "$2.out"', [PATTERN, dump]);
  assert.match(stderr, /pattern: 12 bytes in 2 places overwritten/);
  assert.deepEqual((await shell('crit-grep --all "$1" "$2.out"', [PATTERN, dump])).codes, [1]);
});

test('what is not the dump that was searched, and images that do not come, are told of', async (t) => {
  const directory = temporary(t);
  const { dumps } = chain();
  const source = buildChain(directory, dumps);
  const without = 'crit-cat -i "!pages-*" "$2/3" | crit-redact -q --pattern "$1" --from "$2/3" > "$2/lines"';
  assert.match((await shell(without, [PATTERN, source])).stderr, /since their images did not come: pages-1\.img/);
  const other = await shell('crit-cat "$2/2" | crit-redact --pattern "$1" --from "$2/3" > "$2/lines"', [
    PATTERN,
    source,
  ]);
  assert.deepEqual(other.codes, [0, 2]);
  assert.match(other.stderr, /has no page at 0x\w+: it is not the dump that was searched/);
  for (const wrong of ['--child "$2/3"', '--from "$2/2" "$2/2"']) {
    const { codes, stderr } = await shell(`crit-redact --pattern "$1" ${wrong}`, [PATTERN, source]);
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /go with a checkpoint that is named|--from says where lines come from/);
  }
});

test('what a killed command has left is no dump of a chain', async (t) => {
  const source = buildChain(temporary(t), chain().dumps);
  const out = temporary(t);
  const script = 'crit-redact --pattern "$1" "$2" -C "$3"';
  const { codes, stderr } = await shell(script, [PATTERN, source, join(out, 'one')]);
  assert.deepEqual(codes, [0], stderr);
  for (const place of [source, join(source, '2')]) {
    const left = join(place, '.crit-pack.0123abcd-1.77.abcdef012345', 'new');
    cpSync(join(source, '1'), left, { recursive: true });
    writeFileSync(join(left, 'mm-7.img'), '');
  }
  const other = await shell(script, [PATTERN, source, join(out, 'other')]);
  assert.deepEqual(other.codes, [0], other.stderr);
  assert.deepEqual(linesBut(other.stderr, 'left behind'), linesBut(stderr, 'left behind'));
  assert.deepEqual(readTree(join(out, 'other')), readTree(join(out, 'one')));
});

function linesBut(text: string, word: string): string[] {
  return text.split('\n').filter((line) => !line.includes(word));
}
