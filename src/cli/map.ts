import { mapLines } from '../streams/lines.ts';
import type { Arguments } from './arguments.ts';
import { codeOf, namedValues } from './code.ts';
import { EXIT_DONE } from './command.ts';
import { inputToKeep, inputPaths, listOf } from './inputs.ts';
import { outputThrough } from './output-lines.ts';

/** `crit-map` */
export async function run(args: Arguments): Promise<number> {
  const mapper = mapLines(codeOf(args, 'CODE'), {
    magics: listOf(args.values('magic')),
    images: args.values('image'),
    args: namedValues(args),
    exclusive: args.flag('exclusive'),
  });
  await outputThrough(inputToKeep(inputPaths(args)), mapper);
  return EXIT_DONE;
}
