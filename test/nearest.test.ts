import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearest } from '../src/nearest.ts';

const fields = ['pid', 'ppid', 'pgid', 'sid', 'threads', 'vaddr', 'nr_pages', 'compat_nr_pages'];

for (const [word, meant] of [
  ['threds', 'threads'],
  ['theads', 'threads'],
  ['htreads', 'threads'],
  ['threadsX', 'threads'],
  ['THREADS', 'threads'],
  ['pdi', 'pid'],
  ['compat', 'compat_nr_pages'],
  ['nr_page', 'nr_pages'],
  ['banana', undefined],
  ['x', undefined],
  ['', undefined],
] as const) {
  test(`nearest to ${JSON.stringify(word)} is ${String(meant)}`, () => {
    assert.equal(nearest(word, fields), meant);
  });
}

test('the nearest of several is taken, the first of equals', () => {
  assert.equal(nearest('abcdee', ['abcxyz', 'abcdef', 'abcdeg']), 'abcdef');
});

test('a word that is far too long costs nothing', () => {
  assert.equal(nearest('a'.repeat(10_000_000), ['a'.repeat(64)]), undefined);
});

test('names of Object.prototype are words like others', () => {
  assert.equal(nearest('constructor', fields), undefined);
  assert.equal(nearest('__proto__', ['__proto_']), '__proto_');
});

test('didYouMean ends a message, or says nothing', () => {
  assert.equal(didYouMean('ppdi', fields), '; did you mean ppid?');
  assert.equal(didYouMean('banana', fields), '');
});
