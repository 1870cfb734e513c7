import { LineMapper, type MapOptions } from '../../../line/filter/line-mapper.ts';
import { pipedChunks } from '../../../line/filter/piped-chunks.ts';
import type { Arguments } from '../../command/arguments.ts';
import { codeOf, namedValues } from '../../io/code.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { inputChunks, inputPaths, listOf } from '../../io/inputs.ts';
import { schemaOf } from '../../io/schema.ts';
import { outputLines } from '../../io/output-lines.ts';

/** `crit-map` */
export async function run(args: Arguments): Promise<number> {
  const options: MapOptions = {
    schema: await schemaOf(args),
    magics: listOf(args.values('magic')),
    images: args.values('image'),
    args: namedValues(args),
    exclusive: args.flag('exclusive'),
  };
  const mapper = new LineMapper(codeOf(args, 'CODE'), options);
  await outputLines(pipedChunks(inputChunks(inputPaths(args)), mapper, options));
  return EXIT_DONE;
}
