/** Push parsers as Transform streams. Chunks of bytes go through them, never one object for each entry. */
import type { Transform } from 'node:stream';
import { transform } from 'through2';
import { Output } from '../codec/output.ts';

/** Takes bytes and appends what they become to an output. */
export interface PushParser {
  push(chunk: Uint8Array): void;
  end(): void;
}

type Callback = (error?: Error | null, data?: unknown) => void;

/** How often to look whether the reader has what came before an error, in milliseconds. */
const CHECK_DELAY = 1;

/** A Transform that pushes each chunk through a parser. What the parser wrote before it failed is read before the error comes. */
export function parserTransform(make: (output: Output) => PushParser): Transform {
  const output = new Output();
  const parser = make(output);
  const run = (work: () => void, callback: Callback): void => {
    let failure: Error | undefined;
    try {
      work();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const data = output.length > 0 ? output.take() : undefined;
    if (!failure) callback(null, data);
    else {
      if (data) stream.push(data);
      failWhenRead(stream, () => callback(failure));
    }
  };
  // through2 makes node:stream's Transform where it is bundled, and readable-stream's, which is the same code, elsewhere.
  const stream = transform(
    (chunk: Uint8Array, _encoding: BufferEncoding, callback: Callback) => run(() => parser.push(chunk), callback),
    (callback: Callback) => run(() => parser.end(), callback),
  );
  return stream;
}

/** An error destroys a stream with all that waits in it. */
function failWhenRead(stream: Transform, fail: () => void): void {
  if (stream.readableLength === 0 || stream.destroyed) fail();
  else setTimeout(() => failWhenRead(stream, fail), CHECK_DELAY);
}
