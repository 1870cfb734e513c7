/** Many checkpoints: a row each. */
import { basename } from 'node:path';
import { overview } from '../../../inspect/overview.ts';
import { CritError } from '../../../error.ts';
import type { ImageSchema } from '../../../schema/image-schema.ts';
import { outputText } from '../../io/output-lines.ts';
import { terminalWidth } from '../../io/terminal-width.ts';
import { chosenColumns, sorted, type Row } from './columns.ts';
import { tableText } from './table.ts';

export interface ManyOptions {
  readonly isJson: boolean;
  readonly columns: string | undefined;
  readonly sort: string | undefined;
  readonly schema: ImageSchema;
}

/** Prints them; gives whether each could be read. A broken one is a row that says so. */
export async function inspectMany(paths: readonly string[], options: ManyOptions): Promise<boolean> {
  const columns = chosenColumns(options.columns);
  // What is asked for is checked before anything is read.
  sorted([], options.sort);
  const rows: Row[] = [];
  let isWhole = true;
  const read = async function* (): AsyncGenerator<Row, void, undefined> {
    for (const path of paths) {
      const row = await rowOf(path, options.schema);
      if ('error' in row) isWhole = false;
      yield row;
    }
  };
  if (options.isJson && options.sort === undefined) {
    await outputText(jsonLines(read()));
    return isWhole;
  }
  for await (const row of read()) rows.push(row);
  const inOrder = sorted(rows, options.sort);
  await outputText(
    options.isJson ? inOrder.map(jsonLine) : [Buffer.from(tableText(inOrder, columns, await terminalWidth()))],
  );
  return isWhole;
}

async function rowOf(path: string, schema: ImageSchema): Promise<Row> {
  try {
    return await overview(path, schema);
  } catch (error) {
    if (!(error instanceof CritError)) throw error;
    const { image, ...place } = error.place;
    // The row says which checkpoint it is about.
    return {
      path,
      error:
        image === path || image === basename(path)
          ? new CritError(error.code, error.reason, place).message
          : error.message,
    };
  }
}

async function* jsonLines(rows: AsyncIterable<Row>): AsyncGenerator<Buffer, void, undefined> {
  for await (const row of rows) yield jsonLine(row);
}

function jsonLine(row: Row): Buffer {
  return Buffer.from(`${JSON.stringify(row)}\n`);
}
