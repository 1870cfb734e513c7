/** Whether bytes begin like a stream of criu-image-streamer, or a shard of one, without the code that reads it. */

const SEQ = 0x08;
const FILENAME = 0x12;
const DATA = 0x18;
const PREFIX_SIZE = 4;
/** A number, and a name of 255 bytes. */
const LONGEST = 300;

/** The first message names a file, with another message behind it, or, in a later shard, tells of data. */
export function beginsStream(bytes: Uint8Array): boolean {
  if (bytes.length < PREFIX_SIZE + 2) return false;
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = PREFIX_SIZE + first.readUInt32LE(0);
  if (end > LONGEST || end > first.length) return false;
  const isNumbered = first[PREFIX_SIZE] === SEQ;
  const at = isNumbered ? behindNumber(first, PREFIX_SIZE + 1) : PREFIX_SIZE;
  if (first[at] === DATA) return isNumbered && behindNumber(first, at + 1) === end;
  if (first[at] !== FILENAME) return false;
  const from = behindNumber(first, at + 1);
  const low = first[at + 1] ?? 0;
  const size = from === at + 2 ? low : (low & 0x7f) + (first[at + 2] ?? 0) * 128;
  const isName = size > 0 && from + size === end && first.subarray(from, end).every((byte) => byte >= 32);
  return isName && first[end + PREFIX_SIZE] === SEQ;
}

/** Where the number at a position ends. */
function behindNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) >= 128) at++;
  return at + 1;
}
