import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { countPages, pagesOutside } from '../../src/checkpoint/count-pages.ts';
import { ImageDirectory } from '../../src/checkpoint/image-directory.ts';
import { Pagemap } from '../../src/checkpoint/pagemap.ts';
import { NOWHERE, type Vma } from '../../src/checkpoint/vma.ts';
import { VmaList } from '../../src/checkpoint/vma-list.ts';
import { buildImage, numeric } from '../build-image.ts';
import { temporary } from '../temporary.ts';

const PAGE = 4096;

/** Entries: first page, number of pages, flags. */
function pagemapOf(
  t: TestContext,
  entries: readonly (readonly [page: number, count: number, flags: number])[],
): Pagemap {
  const directory = temporary(t);
  const payloads = entries.map(([page, count, flags]) =>
    Buffer.concat([numeric(1, page * PAGE), numeric(2, 0), numeric(4, flags), numeric(5, count)]),
  );
  writeFileSync(join(directory, 'pagemap-7.img'), buildImage('PAGEMAP', [numeric(1, 9), ...payloads]));
  return new Pagemap(new ImageDirectory(directory), 'pagemap-7.img', PAGE);
}

const ENTRIES = [
  [2, 3, 4],
  [6, 1, 1],
  [8, 6, 4],
  [20, 2, 2],
  [23, 1, 12],
] as const;

function vmas(...ranges: readonly (readonly [page: number, endPage: number])[]): VmaList {
  return VmaList.of(ranges.map(([page, endPage]): Vma => ({ ...NOWHERE, page, endPage })));
}

test('totals, and the bytes that the pages image must have', (t) => {
  const pagemap = pagemapOf(t, ENTRIES);
  assert.equal(pagemap.pagesId, 9);
  assert.deepEqual(pagemap.totals, { here: 10, inParent: 1, lazy: 2 });
  assert.equal(pagemap.bytes, 10 * PAGE);
});

test('the pages of each VMA: one entry in several, several in one, and none', (t) => {
  const pagemap = pagemapOf(t, ENTRIES);
  const list = vmas([0, 1], [3, 7], [7, 9], [9, 10], [12, 30]);
  const counted = Array.from(
    countPages(list, (vma) => vma, pagemap.runs(0, Infinity)),
    ({ present, inParent, lazy }) => [present, inParent, lazy],
  );
  assert.deepEqual(counted, [
    [0, 0, 0],
    [2, 1, 0],
    [1, 0, 0],
    [1, 0, 0],
    [3, 0, 2],
  ]);
});

test('pages that no VMA has: before, between, behind, and a part of an entry', (t) => {
  const pagemap = pagemapOf(t, ENTRIES);
  const outside = (list: VmaList): number[][] =>
    Array.from(pagesOutside(list, pagemap.runs(0, Infinity)), ({ page, count }) => [page, count]);
  assert.deepEqual(outside(vmas([3, 7], [9, 10], [20, 21])), [
    [2, 1],
    [8, 1],
    [10, 4],
    [21, 1],
    [23, 1],
  ]);
  assert.deepEqual(outside(vmas([0, 100])), []);
  assert.deepEqual(
    outside(vmas()),
    ENTRIES.map(([page, count]) => [page, count]),
  );
});

test('look-ups one after another, and in any order, find what all entries together say', (t) => {
  // More than are behind one mark, with gaps.
  const entries = Array.from({ length: 700 }, (_, i) => [3 * i, 1 + (i % 3), i % 5 === 0 ? 1 : 4] as const);
  const pagemap = pagemapOf(t, entries);
  const all = Array.from(pagemap.runs(0, Infinity), (run) => ({ ...run }));
  assert.equal(all.length, entries.length);
  const look = (from: number, end: number): void => {
    const found = Array.from(pagemap.runs(from, end), (run) => ({ ...run }));
    const expected = all.filter(({ page, count }) => page < end && page + count > from);
    assert.deepEqual(found, expected, `${from} to ${end}`);
  };
  for (let page = 0; page < 2110; page += 2) look(page, page + 2);
  let state = 12345;
  for (let i = 0; i < 2000; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    look((state >>> 8) % 2110, ((state >>> 8) % 2110) + (state % 40));
  }
});
