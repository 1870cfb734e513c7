/** Milliseconds that may be spent on it. */
const MOST = 15_000;

/** Takes away what is not needed for the failure: halves, quarters and so on, as long as it stays. */
export async function minimise(input: Buffer, fails: (bytes: Buffer) => Promise<boolean>): Promise<Buffer> {
  const end = Date.now() + MOST;
  let best = input;
  for (let size = best.length >> 1; size >= 1 && Date.now() < end; size >>= 1) {
    for (let at = 0; at + size <= best.length && Date.now() < end;) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await fails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
