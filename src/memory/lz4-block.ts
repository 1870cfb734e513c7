/**
 * Raw LZ4 blocks. Source: "LZ4 Block Format Description" of the LZ4 project.
 *
 * A block is a list of sequences: a token, literal bytes, and a match: bytes that were written before, again. The token's
 * upper four bits are the number of literals, the lower four the length of the match less 4; 15 in either goes on in the
 * bytes that follow, each 255 but the last. The last sequence ends behind its literals.
 */
import { CritError } from '../error.ts';

const SHORTEST_MATCH = 4;

/** Fills `target` with the contents of a block. Throws a CritError where they are not exactly as long as that. */
export function decodeLz4Block(block: Uint8Array, target: Uint8Array): void {
  const end = block.length;
  const full = target.length;
  let at = 0;
  let out = 0;
  const longLength = (short: number): number => {
    let length = short;
    let byte = short === 15 ? 255 : 0;
    while (byte === 255) {
      if (at >= end) damaged('a length is cut off');
      byte = block[at++] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < end) {
    const token = block[at++] ?? 0;
    const literals = longLength(token >>> 4);
    if (literals > end - at) damaged('its literals are cut off');
    if (literals > full - out) damaged('it holds more than its pages');
    // A call costs more than a few bytes.
    if (literals < 16) for (let i = 0; i < literals; i++) target[out + i] = block[at + i] ?? 0;
    else target.set(block.subarray(at, at + literals), out);
    at += literals;
    out += literals;
    if (at === end) break;
    if (end - at < 2) damaged('a match is cut off');
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    if (distance === 0 || distance > out) damaged('a match begins before the pages');
    const length = longLength(token & 15) + SHORTEST_MATCH;
    if (length > full - out) damaged('it holds more than its pages');
    // A match may reach into itself: then the bytes between repeat.
    if (distance >= length && length >= 16) target.copyWithin(out, out - distance, out - distance + length);
    else for (let i = 0; i < length; i++) target[out + i] = target[out + i - distance] ?? 0;
    out += length;
  }
  if (out !== full) damaged(`it holds ${out} bytes, not the ${full} of its pages`);
}

function damaged(reason: string): never {
  throw new CritError('format', `a compressed block is damaged: ${reason}`);
}
