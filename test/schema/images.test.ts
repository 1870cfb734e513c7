import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { HEAD_NUMBERS, rawMagicByFile } from '../../src/schema/images.ts';
import { imagesFacts } from '../facts/facts.ts';

const facts = Object.entries(imagesFacts.images);

test('the heads are those of CRIU', () => {
  assert.deepEqual(HEAD_NUMBERS, { common: Number(imagesFacts.common), service: Number(imagesFacts.service) });
});

test('the images are those of CRIU and no others', () => {
  const ours = [...BUILT_IN.types()].map(({ magic, number, head, files, first, entry, extra }) => [
    magic,
    {
      magic: `0x${number.toString(16)}`,
      head,
      files: [...files],
      ...(first === undefined ? { entry } : { first, rest: entry }),
      ...(extra !== undefined && { extra }),
    },
  ]);
  assert.deepEqual(Object.fromEntries(ours), imagesFacts.images);
});

test('the messages of every image are in the schema', () => {
  for (const { first, entry } of BUILT_IN.types()) {
    assert.equal(BUILT_IN.message(entry).name, entry);
    if (first !== undefined) assert.equal(BUILT_IN.message(first).name, first);
  }
});

test('an image is found by its magic, by its number and by the names of its files', () => {
  for (const [magic, { magic: number, files }] of facts) {
    assert.equal(BUILT_IN.byMagic(magic)?.magic, magic);
    assert.equal(BUILT_IN.byNumber(Number(number))?.magic, magic);
    for (const file of files.flatMap(namesOf)) {
      assert.equal(BUILT_IN.byFile(file)?.magic, magic, file);
      assert.equal(BUILT_IN.byFile(`some/where-1.img/${file}`)?.magic, magic, file);
      assert.equal(rawMagicByFile(file), undefined, file);
    }
  }
});

test('a file in another format is found by its name', () => {
  for (const [name, files] of Object.entries(imagesFacts.rawImages)) {
    for (const file of files.flatMap(namesOf)) {
      assert.equal(rawMagicByFile(file), name === 'PAGES' ? 'PAGES' : 'RAW', file);
      assert.equal(rawMagicByFile(`checkpoint/${file}`), name === 'PAGES' ? 'PAGES' : 'RAW', file);
      assert.equal(BUILT_IN.byFile(file), undefined, file);
    }
  }
});

test('names that CRIU does not give say nothing', () => {
  const names = [
    '', '/', 'pages.img', 'pages-.img', 'pages-1', 'pages-1.img.bak', 'pages-1.img/', 'pages-1.2.img', 'my-pages-1.img',
    'pages-%.img', 'pages-%u.img', 'pages-x.img', 'pages-1f.img', 'pages--1.img', 'core-1f.img', 'ids-0x1.img', 'PSTREE.img',
    'pstree', 'pstree.img2', 'pstree-1.img', 'core-%u.img', 'core-.img', 'route.img', 'stats-1', 'constructor', '__proto__', 'toString',
  ]; // prettier-ignore
  for (const name of names) {
    assert.equal(BUILT_IN.byFile(name), undefined, name);
    assert.equal(rawMagicByFile(name), undefined, name);
  }
});

test('words and numbers that are no magic are none', () => {
  for (const word of ['', 'pstree', 'NOTHING', 'constructor', '__proto__', 'hasOwnProperty', 'PAGES', 'RAW']) {
    assert.equal(BUILT_IN.byMagic(word), undefined, word);
  }
  for (const number of [0, -1, NaN, 0x54564319, 0x55105940, 0xffffffff]) {
    assert.equal(BUILT_IN.byNumber(number), undefined);
  }
});

/** Names of a file with small and large numbers in the place of the number. */
function namesOf(pattern: string): string[] {
  const numbers = pattern.includes('%x') ? ['1', '10', 'ff', 'abcdef01'] : ['0', '1', '2512', '4294967295'];
  return pattern.includes('%') ? numbers.map((number) => pattern.replace(/%l?[ux]/, number)) : [pattern];
}
