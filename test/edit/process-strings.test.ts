/** --env and --args: strings in the pages of a process. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { edited, entriesOf } from './edited.ts';
import { imageLines } from '../lines.ts';

const PAGE = 4096;
const STRINGS = '/bin/program\0-x\0FRUIT=apple\0EMPTY=\0LAST=1\0';
const ARGS = 16;
/** They begin 20 bytes before the end of a page, so that they lie in two. */
const START = 0x7000 + PAGE - 20;

interface Shape {
  /** How many bytes a piece has. */
  pieceSize?: number;
  run?: object;
}

function memory(shape: Shape = {}): { mm: object[]; pagemap: object[]; pages: object[] } {
  const { pieceSize = 1000, run = {} } = shape;
  const bytes = Buffer.alloc(5 * PAGE, 'abc');
  bytes.write(STRINGS, 3 * PAGE - 20, 'latin1');
  const pieces: object[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const part = bytes.subarray(at, at + pieceSize);
    pieces.push({ piece: { offset: at, length: part.length, data: part.toString('base64') } });
  }
  const zeros = Object.fromEntries(
    ['start_code', 'end_code', 'start_data', 'end_data', 'start_stack', 'start_brk', 'brk'].map((name) => [
      `mm_${name}`,
      0,
    ]),
  );
  const places = {
    mm_arg_start: START,
    mm_arg_end: START + ARGS,
    mm_env_start: START + ARGS,
    mm_env_end: START + STRINGS.length,
  };
  return {
    mm: entriesOf('mm-5.img', 'MM', { ...zeros, ...places, exe_file_id: 1 }),
    pagemap: entriesOf(
      'pagemap-5.img',
      'PAGEMAP',
      { pages_id: 3 },
      { vaddr: 0x1000, compat_nr_pages: 2, flags: 4 },
      { vaddr: 0x5000, compat_nr_pages: 1, flags: 1 },
      { vaddr: 0x7000, nr_pages: 3, compat_nr_pages: 0, flags: 4, ...run },
    ),
    pages: imageLines('pages-3.img', 'PAGES', ...pieces),
  };
}

function text({ lines }: ReturnType<typeof edited>): string {
  const bytes = Buffer.concat(lines.map(({ piece }) => Buffer.from(piece?.data ?? '', 'base64')));
  assert.equal(bytes.length, 5 * PAGE);
  assert.ok(bytes.subarray(0, 3 * PAGE - 20).equals(Buffer.alloc(3 * PAGE - 20, 'abc')));
  return bytes.toString('latin1', 3 * PAGE - 20, 3 * PAGE - 20 + STRINGS.length);
}

for (const pieceSize of [1, 7, 1000, PAGE, 3 * PAGE - 20, 5 * PAGE]) {
  test(`strings are found in pieces of ${pieceSize} bytes`, () => {
    const { mm, pagemap, pages } = memory({ pieceSize });
    const result = edited([...mm, ...pagemap, ...pages], { env: ['FRUIT=fig', '5:LAST=2'], args: '5:1=-y' });
    assert.equal(text(result), '/bin/program\0-y\0FRUIT=fig\0\0\0EMPTY=\0LAST=2\0');
    assert.deepEqual(
      result.changes.map(({ option, field, old, new: now }) => [option, field, old, now]),
      [
        ['env', 'env of 5', 'FRUIT=apple', 'FRUIT=fig'],
        ['env', 'env of 5', 'LAST=1', 'LAST=2'],
        ['args', 'args of 5', '-x', '-y'],
      ].sort((a, b) => (a[0] === b[0] ? 0 : a[0] === 'args' ? -1 : 1)),
    );
  });
}

test('what an edit made shorter has its room for the next', () => {
  const { mm, pagemap, pages } = memory();
  const lines = [...mm, ...pagemap, ...pages];
  const short = edited(lines, { env: 'FRUIT=fig' });
  const long = edited(short.text, { env: 'FRUIT=apple' });
  assert.equal(text(long), STRINGS);
});

test('what does not fit is an error that says how much does', () => {
  const { mm, pagemap, pages } = memory();
  const lines = [...mm, ...pagemap, ...pages];
  assert.throws(
    () => edited(lines, { env: 'FRUIT=apples' }),
    /--env FRUIT=apples: 12 bytes, but process 5 has room for 11/,
  );
  assert.throws(() => edited(lines, { args: '5:0=/bin/programs' }), /13 bytes, but process 5 has room for 12/);
  assert.throws(() => edited(lines, { env: 'PATH=x' }), /no such; there is 5 FRUIT, 5 EMPTY, 5 LAST/);
  assert.throws(() => edited(lines, { env: '6:FRUIT=x' }), /--env 6:FRUIT=x/);
  assert.throws(() => edited(lines, { args: '5:2=x' }), /no such; there is 5 \/bin\/program, 5 -x/);
  for (const env of ['=x', 'x', '5:']) assert.throws(() => edited(lines, { env }), /NAME=VALUE is expected/);
});

test('memory that is not here, or not as it is, is an error', () => {
  const here = (run: object): object[] => {
    const { mm, pagemap, pages } = memory({ run });
    return [...mm, ...pagemap, ...pages];
  };
  assert.throws(
    () => edited(here({ flags: 1 }), { env: 'FRUIT=x' }),
    /process 5 .*not in this checkpoint, but in one before/,
  );
  assert.throws(() => edited(here({ flags: 2 }), { env: 'FRUIT=x' }), /not in this checkpoint/);
  assert.throws(() => edited(here({ nr_pages: 1 }), { env: 'FRUIT=x' }), /is not in this checkpoint/);
  const blocks = { block_sizes: [1], total_payload_size: 1, pages_per_block: 3 };
  assert.throws(() => edited(here({ blocks }), { env: 'FRUIT=x' }), /compressed: crit-cat --decompress/);
});

test('images in another order: in a pipe an error, in two passes none', () => {
  const { mm, pagemap, pages } = memory();
  const early = [...pages, ...mm, ...pagemap];
  assert.throws(() => edited(early, { env: 'FRUIT=fig' }), /pages-3.img came before .*name the checkpoint itself/);
  assert.match(text(edited(early, { env: 'FRUIT=fig' }, { twice: true })), /FRUIT=fig\0\0\0/);
  const late = [...pagemap, ...mm, ...pages];
  assert.match(text(edited(late, { env: 'FRUIT=fig' })), /FRUIT=fig\0\0\0/);
});

test('a pages image that ends too early is an error', () => {
  const { mm, pagemap, pages } = memory({ pieceSize: PAGE });
  const short = pages.filter((_, i) => i < 4 || i === pages.length - 1);
  assert.throws(() => edited([...mm, ...pagemap, ...short], { env: 'FRUIT=fig' }), /pages-3.img: .*ends before memory/);
});
