/** Lines to standard output; a failure becomes their last line, so that the next process of a pipeline fails too. */
import { pipeline } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import { CritError, asCritError } from '../error.ts';
import { fdSink } from '../streams/fd-sink.ts';
import { readableOf } from '../streams/readable.ts';

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
  const source = readableOf(input);
  source.on('error', (error) => filter.destroy(error));
  await outputLines(source.pipe(filter));
}

/** Sends chunks through a transform into a file that is open. */
export async function transformTo(input: AsyncIterable<Buffer>, transform: Transform, fd: number): Promise<void> {
  await pipeline(readableOf(input), transform, fdSink(fd));
}

/** Writes chunks of bytes. */
export async function outputBytes(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(readableOf(chunks), fdSink(STANDARD_OUTPUT));
}

/** A line that says what went wrong. */
export function errorLine(error: unknown): Buffer {
  const { message, place } = error instanceof CritError ? error : asCritError(error);
  return Buffer.from(`${JSON.stringify({ error: { image: place.image, message } })}\n`);
}
