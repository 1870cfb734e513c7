/** The columns of many checkpoints. */
import type { Overview } from '../../../inspect/overview.ts';
import { CritError } from '../../../error.ts';
import { didYouMean } from '../../../nearest.ts';
import { bytesText } from '../../io/bytes-text.ts';

/** One of many: what it is, or why that is not known. */
export type Row = Overview | { readonly path: string; readonly error: string };

export interface Column {
  readonly name: string;
  /** For people; empty where it is not known. */
  readonly text: (row: Row) => string;
  /** What rows are sorted by, where that is not the text. */
  readonly key?: (row: Row) => number;
  readonly isNumber?: boolean;
}

function of<T>(row: Row, ask: (overview: Overview) => T | undefined): T | undefined {
  return 'error' in row ? undefined : ask(row);
}

function textColumn(name: string, ask: (overview: Overview) => string | undefined): Column {
  return { name, text: (row) => of(row, ask) ?? '' };
}

function numberColumn(
  name: string,
  ask: (overview: Overview) => number | undefined,
  show: (value: number) => string,
): Column {
  return {
    name,
    isNumber: true,
    text(row) {
      const value = of(row, ask);
      return value === undefined ? '' : show(value);
    },
    key: (row) => of(row, ask) ?? -1,
  };
}

/** All of them, in the order in which they stand. */
export const COLUMNS: readonly Column[] = [
  textColumn('name', ({ container }) => container?.name),
  textColumn('pod', ({ container }) => {
    const { pod, namespace } = container ?? {};
    return pod === undefined || namespace === undefined ? pod : `${namespace}/${pod}`;
  }),
  textColumn('image', ({ container }) => container?.image),
  textColumn('engine', ({ container }) => container?.engine),
  // To the second: what engines write has nine digits behind it.
  textColumn('created', ({ container }) => (container?.checkpointed ?? container?.created)?.replace(/\.\d+/, '')),
  numberColumn('processes', ({ processes }) => processes, String),
  numberColumn('memory', ({ sizes }) => sizes.memory, bytesText),
  numberColumn('size', ({ sizes }) => sizes.total, bytesText),
  textColumn('criu', ({ criu }) => criu.version),
  { name: 'unusual', text: unusualText },
  { name: 'path', text: ({ path }) => path },
];

function unusualText(row: Row): string {
  if ('error' in row) return row.error;
  const found = row.unusual.map(({ kind, image, message }) =>
    kind === 'damaged' || image === undefined || kind === 'plugin' ? message : `${image} ${message}`,
  );
  return [...(row.isPreDump ? ['pre-dump'] : []), ...found].join('; ');
}

/** The columns that --columns names; all of them without it. */
export function chosenColumns(names: string | undefined): readonly Column[] {
  return names === undefined ? COLUMNS : names.split(',').map(columnOf);
}

/** Rows in the order of --sort: by a column, the other way round with a dash before it. */
export function sorted(rows: readonly Row[], sort: string | undefined): readonly Row[] {
  if (sort === undefined) return rows;
  const isDown = sort.startsWith('-');
  const { key, text } = columnOf(isDown ? sort.slice(1) : sort);
  const order = (a: Row, b: Row): number => {
    if (key) return key(a) - key(b);
    const [first, second] = [text(a), text(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
  return [...rows].sort((a, b) => (isDown ? order(b, a) : order(a, b)));
}

function columnOf(name: string): Column {
  const found = COLUMNS.find((column) => column.name === name);
  if (found) return found;
  const names = COLUMNS.map((column) => column.name);
  throw new CritError('usage', `no column ${name}, but ${names.join(', ')}${didYouMean(name, names)}`);
}
