/** Bytes that are taken at once, so that what they become is bounded, whatever the size of a chunk. */
const SLICE = 256 * 1024;

/** A chunk in parts, each of which is valid as long as the chunk is. */
export function* slicesOf(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < chunk.length; at += SLICE) yield chunk.length > SLICE ? chunk.subarray(at, at + SLICE) : chunk;
}
