import type { ImageSink } from '../image/image-sink.ts';

/** Bytes that are looked at together: a page of the file. */
const UNIT = 4096;
const ZEROS = Buffer.alloc(UNIT);

/** Smaller chunks are written together. */
const LARGE = 64 * 1024;

/**
 * Writes chunks, which are valid until the next one comes, and what is zero in them as such, so that a file has holes there.
 */
export function writeSparse(chunks: Iterable<Buffer>, sink: ImageSink): void {
  let zeros = 0;
  for (const block of gathered(chunks)) {
    let from = 0;
    for (let at = 0; at < block.length; at += UNIT) {
      const end = Math.min(at + UNIT, block.length);
      if (block.compare(ZEROS, 0, end - at, at, end) === 0) {
        if (from < at) sink.write(block.subarray(from, at));
        zeros += end - at;
        from = end;
      } else if (zeros > 0) {
        sink.fill(0, zeros);
        zeros = 0;
      }
    }
    if (from < block.length) sink.write(block.subarray(from));
  }
  if (zeros > 0) sink.fill(0, zeros);
  sink.end();
}

/** Large chunks as they are, and small ones as one. */
function* gathered(chunks: Iterable<Buffer>): Generator<Buffer, void, undefined> {
  const block = Buffer.allocUnsafeSlow(LARGE);
  let length = 0;
  for (const chunk of chunks) {
    if (length + chunk.length > LARGE) {
      yield block.subarray(0, length);
      length = 0;
    }
    if (chunk.length >= LARGE) yield chunk;
    else length += chunk.copy(block, length);
  }
  yield block.subarray(0, length);
}
