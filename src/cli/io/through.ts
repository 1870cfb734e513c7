/** Chunks through a transform, apart from output-lines.ts because node:stream takes 3 ms to load. */
import type { Transform } from 'node:stream';
import { readableOf } from '../../streams/readable.ts';
import { writeChunks } from '../../streams/write-chunks.ts';
import { outputLines } from './output-lines.ts';

/** Sends chunks through a filter of lines to standard output, with an error line where it fails. */
export async function outputThrough(input: AsyncIterable<Buffer>, filter: Transform): Promise<void> {
  await outputLines(through(input, filter));
}

/** Sends chunks through a transform into a file that is open. */
export async function transformTo(input: AsyncIterable<Buffer>, transform: Transform, fd: number): Promise<void> {
  await writeChunks(through(input, transform), fd);
}

function through(input: AsyncIterable<Buffer>, transform: Transform): Transform {
  const source = readableOf(input);
  source.on('error', (error) => transform.destroy(error));
  return source.pipe(transform);
}
