import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';
import { archiveRows } from './archives.ts';
import { compareRows } from './compare.ts';
import { editRows } from './edit.ts';
import { entryRows } from './entries.ts';
import { memoryRows } from './memory.ts';
import { pageRows } from './pages.ts';
import { searchRows } from './search.ts';
import { startRows } from './start.ts';

/** All rows, in the order of the table. */
export function rowsOf(inputs: Inputs): Row[] {
  return [
    ...entryRows(inputs),
    ...pageRows(inputs),
    ...editRows(inputs),
    ...archiveRows(inputs),
    ...searchRows(inputs),
    ...compareRows(inputs),
    ...startRows(inputs),
    ...memoryRows(inputs),
  ];
}
