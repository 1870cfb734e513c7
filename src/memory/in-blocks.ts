/** Bytes in a block. */
const BLOCK = 256 * 1024;

/** Chunks, which are valid until the next one comes, as blocks of one size, each of which stays valid while the next one is made. */
export function* inBlocks(chunks: Iterable<Buffer>): Generator<Buffer, void, undefined> {
  let block = Buffer.allocUnsafeSlow(BLOCK);
  let other = Buffer.allocUnsafeSlow(BLOCK);
  let length = 0;
  for (const bytes of chunks) {
    for (let at = 0; at < bytes.length;) {
      const count = bytes.copy(block, length, at);
      length += count;
      at += count;
      if (length < BLOCK) continue;
      yield block;
      [block, other] = [other, block];
      length = 0;
    }
  }
  yield block.subarray(0, length);
}
