import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KeywordSet } from '../../src/search/keyword-set.ts';

/** All places of all keywords, found in the simplest way. */
function expected(keywords: readonly string[], text: string): string[] {
  const lower = text.toLowerCase();
  const found: string[] = [];
  for (const [index, keyword] of keywords.entries()) {
    for (let at = lower.indexOf(keyword.toLowerCase()); at >= 0; at = lower.indexOf(keyword.toLowerCase(), at + 1))
      found.push(`${at}:${index}`);
  }
  return found.toSorted();
}

function all(keywords: readonly string[], text: string): string[] {
  const set = new KeywordSet(keywords);
  const bytes = Buffer.from(text, 'latin1');
  const places: string[] = [];
  for (let hit = set.next(bytes, 0); hit; hit = set.next(bytes, 0, hit.at))
    for (const { keyword, start } of hit.found) places.push(`${start}:${keyword}`);
  return places.toSorted();
}

const letters = fc.constantFrom('a', 'b', 'A', 'B', '-', '\0', 'é');
const word = fc.string({ unit: letters, minLength: 1, maxLength: 7 });

test('every keyword is found wherever it stands, in any case', () => {
  const property = fc.property(
    fc.array(word, { minLength: 1, maxLength: 6 }),
    fc.string({ unit: letters, maxLength: 60 }),
    (keywords, text) => {
      const ascii = keywords.filter((keyword) => !keyword.includes('é'));
      fc.pre(ascii.length > 0);
      assert.deepEqual(all(ascii, text), expected(ascii, text));
    },
  );
  fc.assert(property, { seed: 1, numRuns: 2000 });
});

test('a keyword at the very beginning and at the very end', () => {
  assert.deepEqual(all(['ab', 'abcdefgh', '://'], 'abcdefgh://'), ['0:0', '0:1', '8:2']);
});

test('an empty keyword is refused', () => {
  assert.throws(() => new KeywordSet(['']), RangeError);
});
