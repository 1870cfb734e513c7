import { existsSync } from 'node:fs';
import { compress, type Compression } from '../../../container/compression/compress.ts';
import { StreamerWriter } from '../../../container/streamer/streamer-writer.ts';
import { TarWriter } from '../../../container/tar/tar-writer.ts';
import { isSpecial } from '../../../files/output-file.ts';
import { CritError } from '../../../error.ts';
import type { CheckpointSink } from '../../../image/image-sink.ts';
import { Packer, type PackerOptions } from '../../../line/packer.ts';
import type { CompressingSink } from '../../../memory/compressing-sink.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { STANDARD_OUTPUT } from '../../io/output-lines.ts';
import { writeBytes } from '../../io/output-target.ts';

export interface ArchiveOptions extends PackerOptions {
  /** The file to write; standard output without it. */
  readonly file: string | undefined;
  /** Whether it is a stream of criu-image-streamer; a tar otherwise. */
  readonly isStream: boolean;
  readonly compression: Compression | undefined;
  readonly force: boolean;
  /** Whether the file is on the disk before it appears. */
  readonly sync: boolean;
  /** Whether pages of memory are compressed. */
  readonly isCompressed: boolean;
}

/** Lines to an archive: `crit-pack --tar`, `crit-pack --stream`. */
export async function packArchive(input: AsyncIterable<Buffer>, options: ArchiveOptions): Promise<void> {
  const { file, isStream, compression, force, sync } = options;
  const isFile = file !== undefined && file !== '-' && !isSpecial(file);
  if (isFile && !force && existsSync(file))
    throw new CritError('name', 'is there already: -f replaces it', { image: file });
  if (file === undefined && !force && (await isTerminal(STANDARD_OUTPUT)))
    throw new CritError('usage', 'an archive is no text for a terminal: give -o FILE, or -f');
  const writer = isStream ? new StreamerWriter() : new TarWriter();
  const compressing = options.isCompressed ? await newCompressingSink(writer, options) : undefined;
  const abort = (): void => {
    compressing?.close();
    writer.abort();
  };
  const release = cleanUpOnSignal(abort);
  try {
    const archive = archiveChunks(input, writer, compressing, options);
    await writeBytes(file, compression === undefined ? archive : compress(archive, compression), { sync });
  } finally {
    abort();
    release();
  }
}

async function* archiveChunks(
  input: AsyncIterable<Buffer>,
  writer: TarWriter | StreamerWriter,
  compressing: CompressingSink | undefined,
  options: PackerOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const packer = new Packer(compressing ?? writer, options);
  for await (const chunk of input) {
    packer.push(chunk);
    yield* writer.take();
  }
  packer.end();
  compressing?.finish();
  writer.end();
  yield* writer.take();
}

/** What few calls need is loaded for them alone. */
async function newCompressingSink(writer: CheckpointSink, { schema }: PackerOptions): Promise<CompressingSink> {
  const sinks = await import('../../../memory/compressing-sink.ts');
  return new sinks.CompressingSink(writer, { schema });
}
