/** Many checkpoints: a row each. */
import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { outputText } from '../../io/output-lines.ts';
import { answersOf } from '../../io/several.ts';
import { terminalWidth } from '../../io/terminal-width.ts';
import { chosenColumns, sorted, type Row } from './columns.ts';
import { rowOf } from './row.ts';
import { tableText } from './table.ts';

/** Prints them; gives whether each could be read. A broken one is a row that says so. */
export async function inspectMany(paths: readonly string[], args: Arguments): Promise<boolean> {
  const columns = chosenColumns(args.value('columns'));
  const [isJson, sort] = [args.flag('json'), args.value('sort')];
  // What is asked for is checked before anything is read.
  sorted([], sort);
  const rows: Row[] = [];
  let isWhole = true;
  const read = async function* (): AsyncGenerator<Row, void, undefined> {
    for await (const row of answersOf('crit-inspect', args, paths, rowOf)) {
      if (row instanceof CritError) throw row;
      if ('error' in row) isWhole = false;
      yield row;
    }
  };
  if (isJson && sort === undefined) {
    await outputText(jsonLines(read()));
    return isWhole;
  }
  for await (const row of read()) rows.push(row);
  const inOrder = sorted(rows, sort);
  await outputText(isJson ? inOrder.map(jsonLine) : [Buffer.from(tableText(inOrder, columns, await terminalWidth()))]);
  return isWhole;
}

async function* jsonLines(rows: AsyncIterable<Row>): AsyncGenerator<Buffer, void, undefined> {
  for await (const row of rows) yield jsonLine(row);
}

function jsonLine(row: Row): Buffer {
  return Buffer.from(`${JSON.stringify(row)}\n`);
}
