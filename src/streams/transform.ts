/** Push parsers as Transform streams. Chunks of bytes go through them, never one object for each entry. */
import type { Transform } from 'node:stream';
import { transform } from 'through2';
import { slicesOf } from './slices.ts';
import { Output } from '../codec/output.ts';

/** Takes bytes and appends what they become to an output. */
export interface PushParser {
  push(chunk: Uint8Array): void;
  end(): void;
}

type Callback = (error?: Error | null) => void;

/** How often to look whether the reader has what came before, in milliseconds. */
const CHECK_DELAY = 1;

/** Bytes that may wait for the reader before more of a large chunk is pushed. */
const WAITING = 4 * 1024 * 1024;

/** A Transform that pushes each chunk through a parser. What the parser wrote before it failed is read before the error comes. */
export function parserTransform(make: (output: Output) => PushParser): Transform {
  const output = new Output();
  const parser = make(output);
  /** Whether the work was done; a failure is told when the reader has what came before it. */
  const succeeds = (work: () => void, callback: Callback): boolean => {
    let failure: Error | undefined;
    try {
      work();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    if (output.length > 0) stream.push(output.take());
    if (failure) whenRead(stream, 0, () => callback(failure));
    return failure === undefined;
  };
  const take = (chunk: Uint8Array, callback: Callback): void => {
    let done = 0;
    for (const slice of slicesOf(chunk)) {
      if (stream.readableLength > WAITING) {
        whenRead(stream, WAITING, () => take(chunk.subarray(done), callback));
        return;
      }
      done += slice.length;
      if (stream.destroyed || !succeeds(() => parser.push(slice), callback)) return;
    }
    callback();
  };
  // through2 makes node:stream's Transform where it is bundled, and readable-stream's, which is the same code, elsewhere.
  const stream = transform(
    (chunk: Uint8Array, _encoding: BufferEncoding, callback: Callback) => take(chunk, callback),
    (callback: Callback) => {
      if (succeeds(() => parser.end(), callback)) callback();
    },
  );
  return stream;
}

/** Goes on when the reader has taken all but so many bytes: an error destroys a stream with all that waits in it. */
function whenRead(stream: Transform, most: number, then: () => void): void {
  if (stream.readableLength <= most || stream.destroyed) then();
  else setTimeout(() => whenRead(stream, most, then), CHECK_DELAY);
}
