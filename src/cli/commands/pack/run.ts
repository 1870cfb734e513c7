import { openSync } from 'node:fs';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { OutputFile, isSpecial } from '../../../files/output-file.ts';
import { SourceDirectory } from '../../../files/source-directory.ts';
import { CritError } from '../../../error.ts';
import { packedChunks } from '../../../line/packed-chunks.ts';
import type { PackerOptions } from '../../../line/packer.ts';
import { writeChunks } from '../../../streams/write-chunks.ts';
import type { Arguments } from '../../command/arguments.ts';
import { packInto, type Transaction } from '../../io/pack-into.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { inputChunks, inputPaths } from '../../io/inputs.ts';
import { smallHeapSoon } from '../../io/small-heap.ts';
import { schemaOf } from '../../io/schema.ts';
import { progressOf } from '../../io/progress.ts';
import { STANDARD_OUTPUT } from '../../io/output-lines.ts';

/** `crit-pack` */
export async function run(args: Arguments): Promise<number> {
  smallHeapSoon();
  const paths = inputPaths(args);
  const progress = await progressOf(args, paths);
  try {
    return await pack(args, paths, progress?.add);
  } finally {
    progress?.stop();
  }
}

async function pack(
  args: Arguments,
  paths: readonly string[],
  onRead: ((count: number) => void) | undefined,
): Promise<number> {
  const directory = args.value('directory');
  const file = args.value('output');
  if (directory !== undefined && file !== undefined) throw new CritError('usage', '-o and -C exclude each other');
  const force = args.flag('force');
  const sync = args.flag('sync');
  const options: PackerOptions = { magic: args.value('magic'), schema: await schemaOf(args) };
  const compression = compressionOf(args);
  const isCompressed = args.flag('compress');

  const from = args.value('from');
  const hasFile = directory !== undefined || (file !== undefined && file !== '-' && !isSpecial(file));
  if (
    from !== undefined &&
    (isCompressed || compression !== undefined || args.flag('tar') || args.flag('stream') || !hasFile)
  )
    throw new CritError(
      'usage',
      '--from copies from file to file: give -C DIR or -o FILE, without --tar, --stream, --compress',
    );
  const source = from === undefined ? undefined : new SourceDirectory(from);

  const isStream = args.flag('stream');
  if (isStream && args.flag('tar')) throw new CritError('usage', '--stream and --tar exclude each other');
  if (isStream || args.flag('tar') || compression) {
    if (directory !== undefined)
      throw new CritError('usage', `--${isStream ? 'stream' : 'tar'} and -C exclude each other`);
    const { packArchive } = await import('./pack-archive.ts');
    await packArchive(inputChunks(paths, onRead), {
      ...options,
      file,
      isStream,
      compression,
      force,
      sync,
      isCompressed,
    });
    return EXIT_DONE;
  }

  if (isCompressed && directory === undefined)
    throw new CritError('usage', '--compress changes several images: give -C DIR, --tar or --stream');
  if (directory !== undefined) {
    const open = (): DirectoryWriter => new DirectoryWriter(directory, { force, sync, source });
    const target = isCompressed ? await compressing(open, options) : open;
    await packInto(target, inputChunks(paths, onRead), options);
  } else if (file !== undefined && file !== '-' && !isSpecial(file))
    await packInto(() => new OutputFile(file, { force, sync, source }), inputChunks(paths, onRead), options);
  else {
    if (file === undefined && (await isTerminal(STANDARD_OUTPUT)) && !force)
      throw new CritError('usage', 'an image is no text for a terminal: give -o FILE, -C DIR, or -f');
    await writeChunks(
      packedChunks(inputChunks(paths, onRead), options),
      file === undefined || file === '-' ? STANDARD_OUTPUT : openSync(file, 'w'),
    );
  }
  return EXIT_DONE;
}

/** What few calls need is loaded for them alone. */
async function compressing(open: () => Transaction, { schema }: PackerOptions): Promise<() => Transaction> {
  const { compressingInto } = await import('./compressing-into.ts');
  return () => compressingInto(open(), schema);
}

function compressionOf(args: Arguments): 'gzip' | 'zstd' | undefined {
  if (!args.flag('zstd')) return args.flag('gzip') ? 'gzip' : undefined;
  if (args.flag('gzip')) throw new CritError('usage', '--gzip and --zstd exclude each other');
  return 'zstd';
}
