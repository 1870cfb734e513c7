import type { Range, Result } from './result.ts';

interface Column {
  title: string;
  right?: boolean;
  cell: (result: Result) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'row', cell: ({ row }) => row },
  { title: 'ours', cell: ({ ours }) => ours },
  { title: 's', right: true, cell: ({ seconds }) => time(seconds) },
  { title: 'from..to', right: true, cell: ({ range }) => spread(range) },
  { title: 'cpu s', right: true, cell: ({ cpu }) => time(cpu) },
  { title: 'MB/s', right: true, cell: ({ megabytes }) => fixed(megabytes, 0) },
  { title: 'peak MiB', right: true, cell: ({ peaks }) => memory(peaks) },
  { title: 'peer', cell: ({ peer }) => peer ?? '-' },
  { title: 's', right: true, cell: ({ peerSeconds }) => time(peerSeconds) },
  { title: 'from..to', right: true, cell: ({ peerRange }) => spread(peerRange) },
  { title: 'cpu s', right: true, cell: ({ peerCpu }) => time(peerCpu) },
  { title: 'peak MiB', right: true, cell: ({ peerPeaks }) => memory(peerPeaks) },
  { title: 'speed', right: true, cell: ({ speed }) => (speed === undefined ? '-' : `${fixed(speed, 2)} x`) },
  { title: 'goal', right: true, cell: ({ goal }) => goal },
  { title: '', cell: ({ verdict }) => verdict },
];

/** The results as aligned text. */
export function table(results: readonly Result[]): string {
  const rows = [COLUMNS.map(({ title }) => title), ...results.map((result) => COLUMNS.map(({ cell }) => cell(result)))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (COLUMNS[i]?.right ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ');
  return rows.map((cells) => `${line(cells).trimEnd()}\n`).join('');
}

function spread(range: Range | undefined): string {
  return range ? range.map(time).join('..') : '-';
}

function memory(peaks: readonly number[] = []): string {
  return peaks.map((peak) => fixed(peak, 0)).join('+') || '-';
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

function time(seconds: number | undefined): string {
  return fixed(seconds, seconds !== undefined && seconds < 1 ? 3 : 2);
}
