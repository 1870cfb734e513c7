import { Output } from '../../../codec/output.ts';
import { LineFilter, type FilterOptions } from '../../../line/filter/line-filter.ts';
import { LinePipe } from '../../../line/filter/line-pipe.ts';
import { pipedChunks } from '../../../line/filter/piped-chunks.ts';
import type { Arguments } from '../../command/arguments.ts';
import { codeOf, namedValues } from '../../io/code.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { inputChunks, inputPaths, listOf } from '../../io/inputs.ts';
import { schemaOf } from '../../io/schema.ts';
import { outputBytes, outputLines } from '../../io/output-lines.ts';

/** `crit-filter` */
export async function run(args: Arguments): Promise<number> {
  const expression = codeOf(args, 'EXPR');
  const options: FilterOptions = {
    schema: await schemaOf(args),
    magics: listOf(args.values('magic')),
    images: args.values('image'),
    args: namedValues(args),
    invert: args.flag('invert'),
    exclusive: args.flag('exclusive'),
  };
  const paths = inputPaths(args);
  if (args.flag('count')) await outputBytes(count(inputChunks(paths), expression, options));
  else await outputLines(pipedChunks(inputChunks(paths), new LineFilter(expression, options), options));
  return EXIT_DONE;
}

async function* count(
  input: AsyncIterable<Buffer>,
  expression: string,
  options: FilterOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const output = new Output();
  const filter = new LineFilter(expression, options);
  const pipe = new LinePipe(output, filter, options);
  for await (const chunk of input) {
    pipe.push(chunk);
    output.length = 0;
  }
  pipe.end();
  yield Buffer.from(`${filter.kept}\n`);
}
