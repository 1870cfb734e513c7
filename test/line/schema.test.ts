import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { HUMAN, PLAIN } from '../../src/codec/style.ts';
import { readCheckpoint } from '../../src/streams/checkpoint.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('../../lines.schema.json', import.meta.url), 'utf8'));
assert.ok(typeof schema === 'object' && schema !== null);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

/** Holds each line of checkpoints or images against the schema; gives how many there are. */
async function check(paths: readonly string[], human: boolean): Promise<number> {
  let count = 0;
  let text = '';
  const hold = (line: string): void => {
    const value: unknown = JSON.parse(line);
    if (!validate(value)) assert.fail(`${line.slice(0, 400)}: ${JSON.stringify(validate.errors)}`);
    count++;
  };
  for await (const chunk of readCheckpoint(paths, { style: human ? HUMAN : PLAIN, at: !human && paths.length === 1 })) {
    const lines = `${text}${String(chunk)}`.split('\n');
    text = lines.pop() ?? '';
    lines.forEach(hold);
  }
  assert.equal(text, '');
  return count;
}

for (const human of [false, true]) {
  for (const name of CHECKPOINTS) {
    test(`lines of ${name}${human ? ' as people read them' : ''}`, async () => {
      assert.ok((await check([fixture(`real/${name}`)], human)) > 2);
    });
  }
  test(`lines of crafted images${human ? ' as people read them' : ''}`, async () => {
    assert.ok(
      (await check(
        fixtureNames('crafted').map((name) => fixture(`crafted/${name}`)),
        human,
      )) > 1000,
    );
  });
}

const entry = { pid: 1, ppid: 0, pgid: 1, sid: 1 };
const pstree = { image: 'pstree.img', magic: 'PSTREE', entry };
const pagemap = (fields: object): object => ({
  image: 'pagemap-1.img',
  magic: 'PAGEMAP',
  entry: { vaddr: 0, compat_nr_pages: 1, ...fields },
});
const pipe = (more: object): object => ({
  image: 'pipes-data.img',
  magic: 'PIPES_DATA',
  entry: { pipe_id: 1, bytes: 1, size: 4096 },
  ...more,
});

for (const [what, line] of [
  ['an entry', pstree],
  ['an entry with what tools add', { ...pstree, at: { any: 1 }, wire: 'AA==' }],
  ['fields that are unknown', { ...pstree, entry: { ...entry, '@unknown': 'wD4H' } }],
  ['a long number', pagemap({ nr_pages: '18446744073709551615' })],
  ['a number in hexadecimal', pagemap({ vaddr: '0x7fff0000' })],
  ['flags', pagemap({ flags: 'PE_PRESENT | 0x100' })],
  ['no flags', pagemap({ flags: '' })],
  ['a head and a mode', { image: 'x', magic: 'PSTREE', begin: { head: 'none', mode: '0644' } }],
  ['a link', { image: 'parent', magic: 'LINK', begin: { target: { base64: '/w==' } } }],
  ['a member of an archive', { image: 'x', magic: 'DIR', begin: { tar: { mode: '0755' } } }],
  ['a fill', { image: 'x', magic: 'PAGES', piece: { offset: 0, length: 4096, fill: 0 } }],
  ['an extra', pipe({ extra: 'AA==' })],
  ['an error', { error: { message: 'it failed' } }],
] as const) {
  test(`${what} fits the schema`, () => assert.ok(validate(line), JSON.stringify(validate.errors)));
}

for (const [what, line] of [
  ['no object', [pstree]],
  ['an unknown key', { ...pstree, exrta: 1 }],
  ['an unknown field', { ...pstree, entry: { ...entry, pdi: 1 } }],
  ['an unknown magic', { ...pstree, magic: 'NOPE' }],
  ['an entry of another image', { ...pstree, magic: 'MM' }],
  ['a missing field', { ...pstree, entry: { pid: 1 } }],
  ['a number out of range', { ...pstree, entry: { ...entry, pid: -1 } }],
  ['a number that is none', { ...pstree, entry: { ...entry, pid: '1x' } }],
  ['a list that is none', { ...pstree, entry: { ...entry, threads: 1 } }],
  ['a flag that there is not', pagemap({ flags: 'PE_NOTHING' })],
  ['a line of two kinds', { ...pstree, end: {} }],
  ['a line of no kind', { image: 'x', magic: 'PSTREE' }],
  ['a line without an image', { magic: 'PSTREE', entry }],
  ['an extra where there is none', { ...pstree, extra: 'AA==' }],
  ['an extra without an entry', { image: 'x', magic: 'PIPES_DATA', end: {}, extra: 'AA==' }],
  ['an extra of another shape', pipe({ extra: { inq: '' } })],
  ['a piece of no extra', { image: 'x', magic: 'PSTREE', piece: { offset: 0, length: 1, fill: 0 } }],
  [
    'a piece with data and a fill',
    { image: 'x', magic: 'RAW', piece: { offset: 0, length: 1, fill: 0, data: 'AA==' } },
  ],
  ['a piece without either', { image: 'x', magic: 'RAW', piece: { offset: 0, length: 1 } }],
  ['a fill that is no byte', { image: 'x', magic: 'RAW', piece: { offset: 0, length: 1, fill: 256 } }],
  ['a link without a target', { image: 'x', magic: 'LINK', begin: {} }],
  ['an entry of a link', { image: 'x', magic: 'LINK', entry }],
  ['a mode that is none', { image: 'x', magic: 'RAW', begin: { mode: 'rw' } }],
  ['an error with more', { error: { message: 'x' }, image: 'x' }],
] as const) {
  test(`${what} does not fit`, () => assert.equal(validate(line), false));
}
