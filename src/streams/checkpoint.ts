/** Whole checkpoints as streams of bytes of lines. */
import { Writable, addAbortSignal, type Readable } from 'node:stream';
import { checkpointLines, type CheckpointLinesOptions } from '../cat/checkpoint-lines.ts';
import { DirectoryWriter, type DirectoryWriterOptions } from '../files/directory-writer.ts';
import { Packer, type PackerOptions } from '../line/packer.ts';
import { readableOf } from './readable.ts';

/** What ends a stream from outside, with an AbortError. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** The lines of files and directories, in whole lines. */
export function readCheckpoint(
  paths: string | readonly string[],
  { signal, ...options }: CheckpointLinesOptions & Abortable = {},
): Readable {
  const stream = readableOf(kept(checkpointLines(typeof paths === 'string' ? [paths] : paths, options)));
  return signal ? addAbortSignal(signal, stream) : stream;
}

/** Chunks that stay valid, as readers of streams expect. */
export async function* kept(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/**
 * Takes bytes of lines and writes their images into a directory, which has them all when the stream has finished, and none
 * where it fails or is ended by a signal.
 */
export function writeCheckpoint(
  directory: string,
  { signal, ...options }: DirectoryWriterOptions & Pick<PackerOptions, 'schema'> & Abortable = {},
): Writable {
  const writer = new DirectoryWriter(directory, options);
  const packer = new Packer(writer, { schema: options.schema });
  const attempt = (work: () => void, callback: (error?: Error | null) => void): void => {
    try {
      work();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    callback();
  };
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      attempt(() => packer.push(chunk), callback);
    },
    final(callback) {
      attempt(() => {
        packer.end();
        writer.commit();
      }, callback);
    },
    destroy(error, callback) {
      writer.abort();
      callback(error);
    },
  });
  return signal ? addAbortSignal(signal, stream) : stream;
}
