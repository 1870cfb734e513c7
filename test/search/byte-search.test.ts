import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteSearch } from '../../src/search/byte-search.ts';

test('bytes are found where Buffer.indexOf finds them, whatever they are and wherever the search begins', () => {
  let seed = 7;
  const below = (most: number): number => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 3000; round++) {
    const letters = ['ab', 'ae\u0000', 'aeZ', 'Zq~'][below(4)] ?? '';
    const textOf = (length: number): Buffer =>
      Buffer.from(Array.from({ length }, () => letters.charCodeAt(below(letters.length))));
    const bytes = textOf(below(600));
    const searched = textOf(1 + below(12));
    const from = below(20);
    const search = new ByteSearch(searched);
    assert.equal(search.length, searched.length);
    const found = search.next(bytes, from);
    assert.equal(found, bytes.indexOf(searched, from), `${searched.toString('latin1')} in ${bytes.toString('latin1')}`);
  }
});
