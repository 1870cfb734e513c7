import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readable, Segment } from '../../src/memory/read-segments.ts';
import { searchSegments } from '../../src/memory/search-segments.ts';
import type { Finder } from '../../src/search/finder.ts';
import { finderOf } from '../../src/search/text-finder.ts';

const PAGE = 4096;
const GRID = 1 << 20;

/** The bytes of pages one after another from `page` on, cut into segments of some pages each. */
function* segmentsOf(bytes: Buffer, page: number, pages: number): Generator<Segment<Readable>, void, undefined> {
  const size = pages * PAGE;
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    const piece = { page: page + at / PAGE, count: part.length / PAGE, extent: undefined };
    yield { bytes: part, piece, skip: 0, isContinued: at > 0, continues: at + size < bytes.length };
  }
}

/** The matches with where they begin, as one search of all the bytes finds them. */
function* expected(finder: Finder, bytes: Buffer): Generator<[at: number, text: string], void, undefined> {
  for (let from = 0; ;) {
    const match = finder.find(bytes, from, true);
    if (!match) return;
    yield [match.start, bytes.toString('latin1', match.start, match.end)];
    from = match.end;
  }
}

const QUESTIONS: readonly [pattern: string, kind: 'text' | undefined][] = [
  ['needle', 'text'],
  ['ee', 'text'],
  ['n[e]+dle', undefined],
  ['[a-z]+=?', undefined],
  ['\\bneedle\\b|e{3,9}', undefined],
];

for (const [pattern, kind] of QUESTIONS) {
  test(`${pattern} is found once, wherever it stands to the borders of windows and pages`, () => {
    const finder = finderOf([pattern], { kind });
    for (const page of [0, 255, 256, 1000]) {
      const bytes = Buffer.alloc(2.25 * GRID, `e.${'\0'.repeat(9995)}`, 'latin1');
      const border = (256 - (page % 256)) * PAGE;
      for (const at of [border - 3, border + GRID - 6, border + GRID])
        for (const text of ['needle', 'neeeeeedle', 'eeeeeeeee'])
          bytes.write(text, at + 100 * (text.length - 6), 'latin1');
      bytes.write('needle', 0);
      bytes.write('needle', bytes.length - 6);
      const all = [...expected(finder, bytes)];
      assert.ok(all.length >= 4);
      for (const pages of [1, 16, 300]) {
        const found = Array.from(searchSegments(segmentsOf(bytes, page, pages), finder, PAGE, 5), (hit) => {
          assert.ok(hit);
          const { start, end } = hit.match;
          const from = Math.max(0, start - 5);
          return [
            (hit.piece.page - page) * PAGE + hit.skip,
            hit.bytes.toString('latin1', start, end),
            hit.bytes.toString('latin1', from, Math.min(hit.bytes.length, end + 5)),
          ];
        });
        const context = (at: number, text: string): string =>
          bytes.toString('latin1', Math.max(0, at - 5), Math.min(bytes.length, at + text.length + 5));
        assert.deepEqual(
          found,
          all.map(([at, text]) => [at, text, context(at, text)]),
        );
      }
    }
  });
}
