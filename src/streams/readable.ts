import { Readable } from 'node:stream';

/**
 * A stream of bytes from an iterable, whose chunks must stay valid.
 *
 * Where the stream is destroyed the iterable is only closed. Readable.from would throw the error of the stream's reader into
 * it, where it would look like one of its own.
 */
export function readableOf(chunks: AsyncIterable<Uint8Array>): Readable {
  const closable: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      const iterator = chunks[Symbol.asyncIterator]();
      return {
        next: () => iterator.next(),
        return: () => iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
  };
  return Readable.from(closable, { objectMode: false });
}
