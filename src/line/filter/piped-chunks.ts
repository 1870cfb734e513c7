import { Output } from '../../codec/output.ts';
import { LinePipe, type LineWork, type PipeOptions } from './line-pipe.ts';

/**
 * Chunks of lines through a filter's work: a chunk that comes is used until the next one is asked for, one that is given until
 * the next but one. What was written before a failure comes before its error. Throws a CritError for a choice that there is not.
 */
export function pipedChunks(
  input: AsyncIterable<Uint8Array>,
  work: LineWork,
  options: PipeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const output = new Output();
  return chunksOf(input, new LinePipe(output, work, options), output);
}

async function* chunksOf(
  input: AsyncIterable<Uint8Array>,
  pipe: LinePipe,
  output: Output,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of input) {
      pipe.push(chunk);
      if (output.length > 0) yield output.pass();
    }
    pipe.end();
  } catch (error) {
    if (output.length > 0) yield output.pass();
    throw error;
  }
  if (output.length > 0) yield output.pass();
}
