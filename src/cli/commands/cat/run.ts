import { HUMAN, PLAIN } from '../../../codec/style.ts';
import { checkpointLines } from '../../../cat/checkpoint-lines.ts';
import { chooser } from '../../../line/filter/choice.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_FAILED } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { inputPaths, listOf } from '../../io/inputs.ts';
import { schemaOf } from '../../io/schema.ts';
import { progressOf } from '../../io/progress.ts';
import { errorLine, outputLines } from '../../io/output-lines.ts';

/** `crit-cat` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const failures: unknown[] = [];
  const paths = inputPaths(args);
  const schema = await schemaOf(args);
  const progress = await progressOf(args, paths);
  const lines = checkpointLines(paths, {
    schema,
    style: args.flag('human') ? HUMAN : PLAIN,
    bare: args.flag('bare'),
    extras: !args.flag('no-extra'),
    at: args.flag('at'),
    shards: args.flag('shards'),
    decompress: args.flag('decompress'),
    name: args.value('name'),
    follow: args.flag('dereference'),
    accept: chooser({ schema, magics: listOf(args.values('magic')), images: args.values('image') }),
    onWarning: (warning) => diagnostics.warn(warning.message),
    ...(progress && { onRead: progress.add }),
    ...(args.flag('keep-going') && {
      onError: (error: unknown) => {
        failures.push(error);
        diagnostics.error(error);
      },
    }),
  });
  try {
    await outputLines(withErrorLines(lines, failures));
  } finally {
    progress?.stop();
  }
  return failures.length > 0 ? EXIT_FAILED : EXIT_DONE;
}

/** The failures that were gone past become the last lines. */
async function* withErrorLines(
  lines: AsyncIterable<Buffer>,
  failures: readonly unknown[],
): AsyncGenerator<Buffer, void, undefined> {
  yield* lines;
  for (const failure of failures) yield errorLine(failure);
}
