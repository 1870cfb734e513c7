/** Differences for people: a tree of processes with what is not the same, and a summary. */
import type { Difference, PageCounts } from '../../../diff/difference.ts';
import type { PageTotals } from '../../../diff/page-statistics.ts';
import { safeText } from '../../io/terminal.ts';

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
/** Longer values are cut. */
const LONGEST = 200;

export function* diffText(differences: Iterable<Difference>): Generator<string, void, undefined> {
  const counts = new Map<string, number>();
  let pid: number | undefined;
  let isFirst = true;
  for (const difference of differences) {
    counts.set(difference.kind, (counts.get(difference.kind) ?? 0) + 1);
    if (isFirst || difference.pid !== pid)
      yield difference.pid === undefined ? 'checkpoint\n' : `process ${difference.pid}\n`;
    ({ pid } = difference);
    isFirst = false;
    yield `  ${lineOf(difference)}\n`;
  }
  if (counts.size === 0) return;
  yield `${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`;
}

function lineOf({ change, kind, tid, name, field, before, after, users, pages, address }: Difference): string {
  const what = [
    SIGNS[change],
    kind,
    ...(tid === undefined ? [] : [`thread ${tid}`]),
    ...(address === undefined ? [] : [address]),
  ];
  const parts = [what.join(' '), safeText(name)];
  if (field !== undefined) parts.push(`${safeText(field)}:`);
  if (pages) parts.push(pagesText(pages));
  else if (kind === 'bytes') parts.push(`${hexText(before)} -> ${hexText(after)}`);
  else if (before !== undefined && after !== undefined) parts.push(`${valueText(before)} -> ${valueText(after)}`);
  else if (change === 'changed')
    parts.push(before === undefined ? `now ${valueText(after)}` : `was ${valueText(before)}`);
  else if (before !== undefined || after !== undefined) parts.push(valueText(before ?? after));
  if (users && users.length > 1) parts.push(`(${users.join(' ')})`);
  return parts.join(' ');
}

function pagesText({ added, removed, changed, same, bytes }: PageCounts): string {
  const parts = [
    [changed, `changed (${bytes} bytes)`],
    [added, 'new'],
    [removed, 'gone'],
    [same, 'the same'],
  ] as const;
  return `pages: ${parts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count} ${text}`)
    .join(', ')}`;
}

function hexText(hex: unknown): string {
  const bytes = Buffer.from(String(hex), 'hex');
  return `${String(hex)} ${safeText(JSON.stringify(bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '.')))}`;
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return safeText(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
}

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
