/** Which bytes of a page are others, and which text came. */

/** Bytes that are the same between two that changed, at most, for both to be told as one run. */
const GAP = 8;
/** Bytes of a run, at most. */
const MOST = 32;
const TEXT = /[\t\x20-\x7e]{6,}/g;

export interface ChangedRun {
  /** Where in the page. */
  readonly at: number;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** How many bytes are others. Both have the same length. */
export function countChanged(before: Buffer, after: Buffer): number {
  let count = 0;
  for (let at = 0; at < before.length; at++) if (before[at] !== after[at]) count++;
  return count;
}

export function* changedBytes(before: Buffer, after: Buffer): Generator<ChangedRun, void, undefined> {
  for (let at = 0; at < before.length; at++) {
    if (before[at] === after[at]) continue;
    let last = at;
    for (let next = at + 1; next < before.length && next - last <= GAP && next - at < MOST; next++) {
      if (before[next] !== after[next]) last = next;
    }
    yield { at, before: before.subarray(at, last + 1), after: after.subarray(at, last + 1) };
    at = last;
  }
}

/** Printable text of the second that is not in the first, each once. */
export function newStrings(before: Buffer, after: Buffer): string[] {
  const there = new Set(before.toString('latin1').match(TEXT));
  return [...new Set(after.toString('latin1').match(TEXT))].filter((text) => !there.has(text));
}
