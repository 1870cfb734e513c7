/** The walk over two address spaces against the simplest way to say the same: a map of pages on each side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { comparePages, type PageSide } from '../../src/diff/compare-pages.ts';
import type { PageRun } from '../../src/diff/page-runs.ts';

const SIZE = 16;

type Pages = ReadonlyMap<number, number>;

/** Pages of one byte value each, in runs of at most `most` pages. */
function sideOf(pages: Pages, most: number, zeros: boolean): PageSide {
  const runs = (function* (): Generator<PageRun, void, undefined> {
    const numbers = [...pages.keys()].toSorted((a, b) => a - b);
    for (let at = 0; at < numbers.length;) {
      const page = numbers[at] ?? 0;
      let count = 1;
      while (count < most && numbers[at + count] === page + count) count++;
      const bytes = Buffer.concat(
        Array.from({ length: count }, (_, index) => Buffer.alloc(SIZE, pages.get(page + index))),
      );
      yield { page, count, bytes, vma: undefined };
      // What was given is not valid any more.
      bytes.fill(0xee);
      at += count;
    }
  })();
  return { runs, isZero: () => zeros };
}

function expected(before: Pages, after: Pages, zeros: boolean): string[] {
  const numbers = [...new Set([...before.keys(), ...after.keys()])].toSorted((a, b) => a - b);
  return numbers.map((page) => {
    const [one, other] = [before.get(page), after.get(page)];
    const isZeroAlone = zeros && (one ?? other) === 0 && (one === undefined || other === undefined);
    if (one === other || isZeroAlone) return `same ${page}`;
    if (other === undefined) return `removed ${page} ${one}`;
    return one === undefined ? `added ${page} ${other}` : `changed ${page} ${one} ${other}`;
  });
}

const pages = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 2 })), { maxLength: 30 })
  .map((list): Pages => new Map(list));
const most = fc.integer({ min: 1, max: 9 });

test('every page is told once, as what it is', () => {
  const property = fc.property(pages, pages, most, most, fc.boolean(), (before, after, one, other, zeros) => {
    const told: string[] = [];
    for (const event of comparePages(sideOf(before, one, zeros), sideOf(after, other, zeros), SIZE)) {
      const { what, page, count, before: was, after: is } = event;
      if (what === 'same') told.push(...Array.from({ length: count }, (_, index) => `same ${page + index}`));
      else if (what === 'changed') told.push(`changed ${page} ${was[0]} ${is[SIZE - 1]}`);
      else told.push(`${what} ${page} ${is[what === 'added' ? SIZE - 1 : 0]}`);
    }
    assert.deepEqual(told, expected(before, after, zeros));
  });
  fc.assert(property, { seed: 3, numRuns: 1000 });
});
