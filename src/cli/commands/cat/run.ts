import { HUMAN, PLAIN } from '../../../codec/style.ts';
import { checkpointLines } from '../../../cat/checkpoint-lines.ts';
import { chooser } from '../../../line/filter/choice.ts';
import type { ImageSchema } from '../../../schema/image-schema.ts';
import { rawMagicByFile } from '../../../schema/images.ts';
import { isFileMagic } from '../../../schema/magics.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_FAILED } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { inputPaths, listOf } from '../../io/inputs.ts';
import { sizeOption } from '../../io/number-option.ts';
import { shardOption } from '../../io/shard-option.ts';
import { smallHeapSoon } from '../../io/small-heap.ts';
import { schemaOf } from '../../io/schema.ts';
import { progressOf } from '../../io/progress.ts';
import { errorLine, outputLines } from '../../io/output-lines.ts';

/** `crit-cat` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  smallHeapSoon();
  const failures: unknown[] = [];
  const paths = inputPaths(args);
  const schema = await schemaOf(args);
  const progress = await progressOf(args, paths);
  const magics = listOf(args.values('magic'));
  const images = args.values('image');
  const lines = checkpointLines(paths, {
    schema,
    style: args.flag('human') ? HUMAN : PLAIN,
    bare: args.flag('bare'),
    extras: !args.flag('no-extra'),
    at: args.flag('at'),
    stream: args.flag('stream'),
    shard: shardOption(args),
    decompress: args.flag('decompress'),
    refs: args.flag('refs'),
    name: args.value('name'),
    maxWindow: sizeOption(args, 'max-window'),
    follow: args.flag('dereference'),
    wants: wantedNames(magics, images, schema),
    accept: chooser({ schema, magics, images }),
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

/** Which files are opened at all: those that -i names, and of these not the ones whose names are those of other images than -m's. */
function wantedNames(
  magics: readonly string[],
  images: readonly string[],
  schema: ImageSchema,
): (image: string) => boolean {
  const isNamed = chooser({ images });
  // A link or a directory can have any name.
  const isAny = magics.length === 0 || magics.some(isFileMagic);
  return (image) => {
    if (!isNamed(image, '')) return false;
    const magic = isAny ? undefined : (rawMagicByFile(image) ?? schema.byFile(image)?.magic);
    return magic === undefined || magics.includes(magic);
  };
}

/** The failures that were gone past become the last lines. */
async function* withErrorLines(
  lines: AsyncIterable<Buffer>,
  failures: readonly unknown[],
): AsyncGenerator<Buffer, void, undefined> {
  yield* lines;
  for (const failure of failures) yield errorLine(failure);
}
