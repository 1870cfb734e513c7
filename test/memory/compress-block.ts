/** Writes raw LZ4 blocks: no good compression, but all that the format has: long lengths, far and overlapping matches. */
export function compressBlock(bytes: Uint8Array): Buffer {
  const out: number[] = [];
  const seen = new Map<number, number>();
  let anchor = 0;
  const lengthBytes = (rest: number): void => {
    let left = rest;
    for (; left >= 255; left -= 255) out.push(255);
    out.push(left);
  };
  const sequence = (literalEnd: number, distance: number, match: number): void => {
    const literals = literalEnd - anchor;
    const short = match - 4;
    out.push((Math.min(literals, 15) << 4) | (match === 0 ? 0 : Math.min(short, 15)));
    if (literals >= 15) lengthBytes(literals - 15);
    for (let i = anchor; i < literalEnd; i++) out.push(bytes[i] ?? 0);
    if (match === 0) return;
    out.push(distance & 255, distance >> 8);
    if (short >= 15) lengthBytes(short - 15);
  };
  const word = (at: number): number =>
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)) + (bytes[at + 3] ?? 0) * 2 ** 24;
  // The format wants the last five bytes as literals, and no match to begin in the last twelve.
  for (let at = 0; at < bytes.length - 12;) {
    const key = word(at);
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined || at - before > 65535) {
      at++;
      continue;
    }
    let match = 4;
    while (at + match < bytes.length - 5 && bytes[at + match] === bytes[before + match]) match++;
    sequence(at, at - before, match);
    at += match;
    anchor = at;
  }
  sequence(bytes.length, 0, 0);
  return Buffer.from(out);
}
