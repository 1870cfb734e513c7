import type { PageTotals } from '../../../diff/page-statistics.ts';

/** Numbers about pages, a line each. */
export function statText(totals: PageTotals): string {
  const { pages } = totals;
  const rows: readonly (readonly [string, number])[] = [
    ['page size', totals.page_size],
    ['pages the same', pages.same],
    ['pages changed', pages.changed],
    ['bytes changed', pages.bytes],
    ['pages new', pages.added],
    ['pages gone', pages.removed],
    ['zero pages', totals.zero_pages],
    ['duplicate pages within B', totals.duplicates_within],
    ['pages of B that A has anywhere', totals.duplicates_between],
    ['bytes that an incremental dump writes', totals.incremental_bytes],
    ['bytes that it saves', totals.saved_bytes],
  ];
  return rows.map(([name, value]) => `${name.padEnd(40)}${String(value).padStart(16)}\n`).join('');
}
