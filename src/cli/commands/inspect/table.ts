/** Rows as a table that fits the terminal. */
import Table from 'cli-table3';
import stringWidth from 'string-width';
import { safeText } from '../../io/terminal.ts';
import type { Column, Row } from './columns.ts';

const GAP = '  ';
/** A column is not made narrower than this. */
const LEAST = 8;
// prettier-ignore
const NO_LINES = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: GAP,
};

/** A column in which there is something. */
interface UsedColumn {
  readonly head: string;
  readonly isNumber: boolean;
  readonly texts: readonly string[];
}

/** `width` is that of a terminal; without it, nothing is cut. Columns in which there is nothing are left out. */
export function tableText(rows: readonly Row[], columns: readonly Column[], width: number = Infinity): string {
  const cells = rows.map((row) => columns.map((column) => safeText(column.text(row))));
  const used: readonly UsedColumn[] = columns.flatMap(({ name, isNumber = false }, i) => {
    const texts = cells.map((row) => row[i] ?? '');
    return texts.some((text) => text !== '') ? [{ head: name.toUpperCase(), isNumber, texts }] : [];
  });
  const table = new Table({
    head: used.map(({ head }) => head),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: fittedWidths(used, width),
    colAligns: used.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
  });
  for (let row = 0; row < rows.length; row++) table.push(used.map(({ texts }) => texts[row] ?? ''));
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** The widest columns of text give way, until all fit; numbers stay whole. */
function fittedWidths(columns: readonly UsedColumn[], width: number): number[] {
  const widths = columns.map(({ head, texts }) =>
    texts.reduce((most, text) => Math.max(most, stringWidth(text)), head.length),
  );
  let excess = widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1)) - width;
  for (; excess > 0; excess--) {
    const most = widths.reduce((best, each, i) => (columns[i]?.isNumber === true ? best : Math.max(best, each)), LEAST);
    if (most === LEAST) break;
    const widest = widths.findIndex((each, i) => each === most && columns[i]?.isNumber !== true);
    widths[widest] = most - 1;
  }
  return widths;
}
