/** Where bytes stand that every match of a pattern has: of many patterns in one pass. */
import { KeywordSet } from './keyword-set.ts';
import type { RequiredBytes } from './required-bytes.ts';

/** Where some bytes are next. */
export interface RequiredText {
  /** The first place from `from` on, or -1. */
  next(bytes: Buffer, from: number): number;
}

/** The bytes of several patterns: those who ask one after another for the same text share what one pass has found in it. */
export class TextIndex {
  readonly #texts: readonly RequiredBytes[];
  readonly #keywords: KeywordSet;
  /** Where each stands in the text that was asked about last, from a place on. */
  readonly #places: number[][];
  #bytes: Buffer | undefined;
  #from = 0;

  /** Throws a RangeError where one of them is empty. */
  constructor(texts: readonly RequiredBytes[]) {
    this.#texts = texts;
    this.#keywords = new KeywordSet(texts.map(({ bytes }) => Uint8Array.from(bytes)));
    this.#places = texts.map(() => []);
  }

  /** That of a pattern, by its place in the list. */
  text(index: number): RequiredText {
    return { next: (bytes, from) => this.#next(index, bytes, from) };
  }

  #next(index: number, bytes: Buffer, from: number): number {
    if (bytes !== this.#bytes || from < this.#from) this.#read(bytes, from);
    const places = this.#places[index] ?? [];
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle] ?? 0) >= from) high = middle;
      else low = middle + 1;
    }
    return places[low] ?? -1;
  }

  #read(bytes: Buffer, from: number): void {
    this.#bytes = bytes;
    this.#from = from;
    for (const places of this.#places) places.length = 0;
    for (let hit = this.#keywords.next(bytes, from); hit; hit = this.#keywords.next(bytes, from, hit.at)) {
      for (const { keyword, start } of hit.found) {
        const text = this.#texts[keyword];
        if (text && isAt(bytes, start, text)) this.#places[keyword]?.push(start);
      }
    }
  }
}

/** The set does not tell cases apart. */
function isAt(text: Buffer, start: number, { bytes, areEither }: RequiredBytes): boolean {
  return bytes.every((byte, index) => areEither[index] === true || text[start + index] === byte);
}
