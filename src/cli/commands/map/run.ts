import { mapLines } from '../../../streams/map-lines.ts';
import type { Arguments } from '../../command/arguments.ts';
import { codeOf, namedValues } from '../../io/code.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { inputToKeep, inputPaths, listOf } from '../../io/inputs.ts';
import { schemaOf } from '../../io/schema.ts';
import { outputThrough } from '../../io/through.ts';

/** `crit-map` */
export async function run(args: Arguments): Promise<number> {
  const mapper = mapLines(codeOf(args, 'CODE'), {
    schema: await schemaOf(args),
    magics: listOf(args.values('magic')),
    images: args.values('image'),
    args: namedValues(args),
    exclusive: args.flag('exclusive'),
  });
  await outputThrough(inputToKeep(inputPaths(args)), mapper);
  return EXIT_DONE;
}
