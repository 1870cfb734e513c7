/** Shannon entropy of some bytes, in bits for each byte: 0 where all are the same, 8 at the most. */
export function entropyOf(bytes: Uint8Array): number {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / bytes.length;
    entropy -= share * Math.log2(share);
  }
  return entropy;
}
