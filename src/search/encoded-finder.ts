/** Finds many texts in one pass, and in encodings of them. */
import type { EncodedText, Encoding } from './encoded-texts.ts';
import type { Finder, Match } from './finder.ts';
import { KeywordSet } from './keyword-set.ts';

/** A match that knows in which encoding the text stands there. */
export interface EncodedMatch extends Match {
  readonly encoding: Encoding | undefined;
}

export class EncodedFinder implements Finder<EncodedMatch> {
  readonly reach: number;
  readonly #texts: readonly EncodedText[];
  readonly #keywords: KeywordSet;

  /** Throws a RangeError where one of them is empty. */
  constructor(texts: readonly EncodedText[]) {
    this.#texts = texts;
    // With the characters at both ends that hold bits of it.
    this.reach = Math.max(...texts.map(({ bytes }) => bytes.length)) + 2;
    this.#keywords = new KeywordSet(texts.map(({ bytes }) => bytes));
  }

  /** The match that begins first; of those that begin at the same place, the longest. */
  find(bytes: Buffer, from: number): EncodedMatch | undefined {
    let best: EncodedText | undefined;
    let start = -1;
    let hit = this.#keywords.next(bytes, from);
    while (hit) {
      for (const { keyword, start: at } of hit.found) {
        const text = this.#texts[keyword];
        if (!text || (best && (at > start || (at === start && text.bytes.length <= best.bytes.length)))) continue;
        // The set does not tell cases apart.
        if (bytes.compare(text.bytes, 0, text.bytes.length, at, at + text.bytes.length) !== 0) continue;
        best = text;
        start = at;
      }
      // What begins earlier can be told later: the window ends further behind the beginning of a long text.
      hit = this.#keywords.next(bytes, from, hit.at, best ? start + 1 : bytes.length);
    }
    return best && widened(bytes, from, start, best);
  }
}

/** With the characters at both ends that hold some bits of the text too. */
function widened(bytes: Buffer, from: number, start: number, text: EncodedText): EncodedMatch {
  const { encoding, isCutBefore, isCutBehind } = text;
  const end = start + text.bytes.length;
  const before = isCutBefore && start > from && isBase64(bytes[start - 1]) ? 1 : 0;
  const behind = isCutBehind && isBase64(bytes[end]) ? 1 : 0;
  return { start: start - before, end: end + behind, encoding };
}

function isBase64(byte: number | undefined): boolean {
  return byte !== undefined && /[\w+/-]/.test(String.fromCharCode(byte));
}
