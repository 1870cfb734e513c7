/** Pieces that tell where their bytes are, from strangers: refused, or the bytes of ordinary files of that directory and no others. */
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_MUTATORS, LINE_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { images, namedLines } from '../seeds.ts';
import { DirectoryWriter, Packer, SourceDirectory, checkpointLines } from '../shipped.ts';
import { attempt, attemptLater, type Target } from '../target.ts';
import { packed } from './live.ts';

const NAMES: readonly string[] = ['pages-1.img', 'pages-2.img', 'sub/pages-1.img'];
const ODD_NAMES: readonly string[] = [
  '../secret',
  'link',
  'sub/link/pages-1.img',
  'sub/../pages-1.img',
  '/etc/passwd',
  'sub',
  '.',
  '',
  'none',
  'pages-1.img/x',
  '\0',
];
const SIZE = 70_000;

/** The directory that pieces tell of, with links out of it, and a file beside it that nobody may read. */
function makeSource(scratch: string): string {
  const source = join(scratch, 'source');
  mkdirSync(join(source, 'sub'), { recursive: true });
  for (const [index, name] of NAMES.entries())
    writeFileSync(join(source, name), Buffer.alloc(SIZE, `bytes of ${index} `));
  writeFileSync(join(scratch, 'secret'), 'nobody may read this');
  symlinkSync('../secret', join(source, 'link'));
  symlinkSync('..', join(source, 'sub/link'));
  return source;
}

/** Lines of a raw image in pieces, some of which tell a place. */
function referringLines(random: Random): Buffer {
  const image = random.of(['pages-1.img', 'x', 'sub/y']);
  const lines = [`{"image":"${image}","magic":"PAGES","begin":{}}`];
  let offset = 0;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const name = random.below(6) === 0 ? random.of(ODD_NAMES) : random.of(NAMES);
    const from = random.of([0, 0, 4096, SIZE - 1, SIZE, random.below(SIZE)]);
    const length = random.below(8) === 0 ? random.of([0, SIZE, 2 ** 40, 2 ** 53 - 1]) : random.below(SIZE - from + 1);
    const piece =
      random.below(4) === 0
        ? { offset, length: 3, data: 'AAAA' }
        : { offset, length, from: { image: name, offset: from } };
    lines.push(JSON.stringify({ image, magic: 'PAGES', piece }));
    offset += piece.length;
  }
  return Buffer.from([...lines, `{"image":"${image}","magic":"PAGES","end":{}}`, ''].join('\n'));
}

/** All ordinary files below a directory. */
function filesIn(directory: string, prefix: string = ''): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) for (const each of filesIn(path, `${prefix}${entry.name}/`)) found.set(...each);
    else if (entry.isFile()) found.set(prefix + entry.name, readFileSync(path));
  }
  return found;
}

/** The files that lines become, with the bytes that they tell of. */
function packInto(target: string, lines: Buffer, directory: string): Map<string, Buffer> | undefined {
  let writer: InstanceType<typeof DirectoryWriter> | undefined;
  const refusal = attempt(() => {
    try {
      writer = new DirectoryWriter(target, { source: new SourceDirectory(directory) });
      const packer = new Packer(writer);
      packer.push(lines);
      packer.end();
      writer.commit();
    } finally {
      writer?.abort();
    }
  });
  return refusal ? undefined : filesIn(target);
}

interface Told {
  readonly piece: {
    readonly offset: number;
    readonly length: number;
    readonly from: { image: string; offset: number };
  };
}

function isTold(value: unknown): value is Told {
  const piece: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'piece') : undefined;
  return typeof piece === 'object' && piece !== null && Reflect.get(piece, 'from') !== undefined;
}

/** The same lines with the bytes themselves, which are read as simply as can be. */
function filledIn(lines: Buffer, source: string): Buffer {
  const filled = lines
    .toString()
    .split('\n')
    .flatMap((line) => {
      if (line.trim() === '') return [];
      const value: unknown = JSON.parse(line);
      if (!isTold(value)) return [line];
      const { offset, length, from } = value.piece;
      const path = join(source, from.image);
      assert.ok(!from.image.split('/').includes('..') && path.startsWith(source), `taken from ${from.image}`);
      assert.ok(lstatSync(path).isFile(), `taken through a link: ${from.image}`);
      assert.ok(!from.image.includes('link'), `taken through a link: ${from.image}`);
      const bytes = readFileSync(path).subarray(from.offset, from.offset + length);
      assert.equal(bytes.length, length, 'more bytes than there are');
      const pieces = Array.from({ length: Math.max(1, Math.ceil(length / 60_000)) }, (_, index) => {
        const data = bytes.subarray(index * 60_000, (index + 1) * 60_000);
        return { offset: offset + index * 60_000, length: data.length, data: data.toString('base64') };
      });
      return pieces.map((piece) => JSON.stringify({ ...value, piece }));
    });
  return Buffer.from(`${filled.join('\n')}\n`);
}

export const refs: Target = {
  name: 'refs',
  make: (random) =>
    random.below(4) === 0
      ? mutate(random.smallOf(images), IMAGE_MUTATORS, random)
      : mutate(
          Buffer.concat([referringLines(random), ...(random.below(2) === 0 ? [random.smallOf(namedLines)] : [])]),
          LINE_MUTATORS,
          random,
        ),
  async run(input, random, scratch) {
    if (input[0] !== 0x7b) return ofImages(input, random, scratch);
    // A name of so many digits is text to us, and no longer exact to JSON.parse.
    if (/"image":\s*-?\d/.test(input.toString('latin1'))) return;
    const source = makeSource(scratch);
    const files = packInto(join(scratch, 'out'), input, source);
    if (!files) {
      assert.deepEqual(readdirSync(scratch).toSorted(), ['secret', 'source'], 'something half-written');
      return;
    }
    const expected = packed(filledIn(input, source));
    assert.deepEqual(files, expected, 'other bytes than those that were told of');
    if (input.includes('"from"') && [...files.keys()].length > 0 && filledIn(input, source).length !== input.length)
      assert.equal(packed(input), undefined, 'packed without the directory that they tell of');
  },
};

/** Damaged images, large ones beside them: refused, or lines from which the same files come again. */
async function ofImages(input: Buffer, random: Random, scratch: string): Promise<void> {
  const source = join(scratch, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'pages-1.img'), Buffer.concat([input, Buffer.alloc(SIZE, 'x')]));
  writeFileSync(join(source, random.of(['x.img', 'pstree.img', 'tmpfs-dev-1.tar.gz.img'])), input);
  const parts: Buffer[] = [];
  const refusal = await attemptLater(async () => {
    for await (const chunk of checkpointLines([source], { refs: true })) parts.push(Buffer.from(chunk));
  });
  const files = packInto(join(scratch, 'out'), Buffer.concat(parts), source);
  if (refusal) return;
  assert.deepEqual(files, filesIn(source), 'other files came back');
}
