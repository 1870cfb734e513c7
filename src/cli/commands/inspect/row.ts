import { basename } from 'node:path';
import { CritError } from '../../../error.ts';
import { overview } from '../../../inspect/overview.ts';
import type { Arguments } from '../../command/arguments.ts';
import { archiveLimits } from '../../io/open-checkpoint.ts';
import { schemaOf } from '../../io/schema.ts';
import type { Row } from './columns.ts';

/** One of many. What is broken is a row that says so. */
export async function rowOf(args: Arguments, path: string): Promise<Row> {
  try {
    return await overview(path, { schema: await schemaOf(args), ...archiveLimits(args) });
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
