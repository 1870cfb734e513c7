/** Entries of numbers are packed from their text: to the same bytes, and with the same errors, as through values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packChunks } from './pack-lines.ts';

const HEAD = '{"image":"pagemap-1.img","magic":"PAGEMAP",';

function packed(entry: string, behind: string): { bytes: string | undefined; error: string | undefined } {
  // The first entry is another message.
  const lines = `${HEAD}"entry":{"pages_id":1}}\n${HEAD}"entry":{"vaddr":1,"compat_nr_pages":0}}\n${HEAD}"entry":${entry}${behind}`;
  // An error may show the text.
  const { images, error } = packChunks([Buffer.from(lines)]);
  return { bytes: images.get('pagemap-1.img')?.toString('hex'), error: error?.message.replace('} }', '}}') };
}

const NUMBERS =
  `0 1 127 128 16383 16384 4294967295 4294967296 4294967297 999999999999999 1000000000000000 9007199254740991
  9007199254740993 18446744073709551615 18446744073709551616 -1 -0 01 00 1.0 1e2 0x1 "5" "0x10" true null`.split(/\s+/);
const ENTRIES = [
  ...NUMBERS.map((number) => `{"vaddr":${number},"compat_nr_pages":0}`),
  ...NUMBERS.map((number) => `{"vaddr":1,"compat_nr_pages":${number}}`),
  ...NUMBERS.map((number) => `{"vaddr":1,"compat_nr_pages":0,"flags":4,"nr_pages":${number}}`),
  ...['true', 'false', 'truefalse', 'tru', '1'].map((bool) => `{"vaddr":1,"compat_nr_pages":0,"in_parent":${bool}}`),
  '{}',
  '{"vaddr":1}',
  '{"compat_nr_pages":0,"vaddr":1}',
  '{"vaddr":1,"vaddr":2,"compat_nr_pages":0}',
  '{"vaddr":1,"compat_nr_pages":0,"flag":4}',
  '{"vaddr":1,"compat_nr_pages":0,"flags":"PE_PRESENT"}',
  '{"vaddr":1,"compat_nr_pages":0,}',
  '{"vaddr":1,"compat_nr_pages":0},"wire":"CAEQAA=="',
  '{"vaddr":1,"compat_nr_pages":0},"at":{"a":{}}',
  '{"vaddr":1,"compat_nr_pages":0},"extra":"AA=="',
];

test('an entry that is packed from its text is that of the same entry with a blank behind it', () => {
  for (const entry of ENTRIES) {
    for (const end of ['\n', '', '\r\n']) {
      const straight = packed(entry, `}${end}`);
      assert.deepEqual(straight, packed(entry, ` }${end}`), entry);
      assert.notEqual(straight.bytes === undefined, straight.error === undefined);
    }
  }
});

test('the first entry, which is of another message, is none of the others', () => {
  const { images, error } = packChunks([Buffer.from(`${HEAD}"entry":{"vaddr":1,"compat_nr_pages":0}}\n`)]);
  assert.match(error?.message ?? '', /pages_id/);
  assert.deepEqual([...images], []);
});

test('each byte of what a line begins with is looked at', () => {
  for (const name of ['pagemap-1.img', 'pagemap-12.img', 'pagemap-123.img', 'pagemap-1234.img']) {
    const head = `{"image":"${name}","magic":"PAGEMAP",`;
    const first = `${head}"entry":{"pages_id":1}}\n${head}"entry":{"vaddr":1,"compat_nr_pages":0}}\n`;
    for (let at = 0; at < head.length; at++) {
      const damaged = Buffer.from(`${head}"entry":{"vaddr":4096,"compat_nr_pages":0}}\n`);
      damaged[at] = 0x21;
      const { images } = packChunks([Buffer.from(first), damaged]);
      assert.deepEqual(images.get(name), undefined, `${name}: ${at}`);
    }
  }
});
