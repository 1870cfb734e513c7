/** Which images and messages there are: those of CRIU, and what `--proto` or CRIT_PROTO adds. */
import type { ImageSchema } from '../../schema/image-schema.ts';
import { loadSchema } from '../../schema/load-schema.ts';
import type { Arguments } from '../command/arguments.ts';

const VARIABLE = 'CRIT_PROTO';

/** The schema that the arguments or the environment name. Throws a CritError where its files are none. */
export function schemaOf(args: Arguments): Promise<ImageSchema> {
  return loadSchema(args.value('proto') ?? (process.env[VARIABLE] || undefined));
}
