/** Lines to standard output; a failure becomes their last line, so that the next process of a pipeline fails too. */
import type { Transform } from 'node:stream';
import { CritError, internalError, isSystemError, placed } from '../../error.ts';
import { errorLine as lineOf } from '../../line/image-lines.ts';
import { readableOf } from '../../streams/readable.ts';
import { writeChunks } from '../../streams/write-chunks.ts';

export const STANDARD_OUTPUT = 1;

/** Writes chunks of lines. Throws what the source throws, after the lines before it and an error line. */
export async function outputLines(lines: AsyncIterable<Buffer>): Promise<void> {
  let failure: unknown;
  const source = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* lines;
    } catch (error) {
      failure = error;
      yield errorLine(error);
    }
  };
  await outputBytes(source());
  if (failure !== undefined) throw failure;
}

/** Sends chunks through a filter of lines to standard output, with an error line where it fails. */
export async function outputThrough(input: AsyncIterable<Buffer>, filter: Transform): Promise<void> {
  await outputLines(through(input, filter));
}

/** Sends chunks through a transform into a file that is open. */
export async function transformTo(input: AsyncIterable<Buffer>, transform: Transform, fd: number): Promise<void> {
  await writeChunks(through(input, transform), fd);
}

/** Writes chunks of bytes to standard output. */
export async function outputBytes(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  try {
    await writeChunks(chunks, STANDARD_OUTPUT);
  } catch (error) {
    // Whatever the source throws is named already; a reader that has gone ends the work, and is no error.
    if (!isSystemError(error) || error.code === 'EPIPE') throw error;
    throw placed(error, { image: 'standard output' });
  }
}

function through(input: AsyncIterable<Buffer>, transform: Transform): Transform {
  const source = readableOf(input);
  source.on('error', (error) => transform.destroy(error));
  return source.pipe(transform);
}

/** A line that says what went wrong. */
export function errorLine(error: unknown): Buffer {
  const known = placed(error);
  const isOurs = known instanceof CritError;
  return Buffer.from(isOurs ? lineOf(known.message, known.place.image) : lineOf(internalError(error)));
}
