import type { StatsEntry } from '../../../schema/generated/messages.ts';

/** Statistics of one input, under the name that it was given by. */
export interface NamedStats {
  readonly path: string;
  readonly stats: Pick<StatsEntry, 'dump' | 'restore'>;
}

const TIMES: ReadonlySet<string> = new Set([
  'freezing_time',
  'frozen_time',
  'memdump_time',
  'memwrite_time',
  'irmap_resolve',
  'forking_time',
  'restore_time',
]);
/** What is counted, but not in pages. */
const COUNTS: ReadonlySet<string> = new Set(['page_pipes', 'page_pipe_bufs']);
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Statistics for people: a row for each number, a column for each input; dumps and restores apart. */
export function statsTable(all: readonly NamedStats[], pageSize: number): string {
  const tables = (['dump', 'restore'] as const).flatMap((kind) => {
    const columns = all.flatMap(({ path, stats }) => {
      const numbers = stats[kind];
      return numbers ? [{ path, numbers: new Map(Object.entries(numbers)) }] : [];
    });
    if (columns.length === 0) return [];
    const fields = [...new Set(columns.flatMap(({ numbers }) => [...numbers.keys()]))];
    const rows = fields
      .filter((field) => field !== '@unknown')
      .map((field) => [field, ...columns.map(({ numbers }) => cell(field, numbers.get(field), pageSize))]);
    return [format([[kind, ...columns.map(({ path }) => path)], ...rows])];
  });
  return tables.join('\n');
}

function cell(field: string, value: unknown, pageSize: number): string {
  if (typeof value !== 'number' && typeof value !== 'string') return '-';
  if (TIMES.has(field)) return formatTime(Number(value));
  if (COUNTS.has(field) || Number(value) === 0) return String(value);
  return `${value} (${formatBytes(Number(value) * pageSize)})`;
}

/** Microseconds as milliseconds, or as seconds from one on. */
function formatTime(microseconds: number): string {
  return microseconds < 1e6 ? `${(microseconds / 1e3).toFixed(3)} ms` : `${(microseconds / 1e6).toFixed(3)} s`;
}

function formatBytes(bytes: number): string {
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${Number.isInteger(size) ? size : size.toFixed(1)} ${UNITS[unit]}`;
}

/** Lines with columns under each other: the first from the left, the others from the right. */
function format(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => {
      const cells = row.map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      );
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
