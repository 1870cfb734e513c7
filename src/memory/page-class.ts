/** What a page looks like, by its bytes. A class is a fact about the bytes, not about what the program means by them. */

export const PAGE_CLASSES = ['zero', 'text', 'code', 'random', 'other'] as const;
export type PageClass = (typeof PAGE_CLASSES)[number];

/** Pages by class. */
export type PageClassCounts = Record<PageClass, number>;

/** What two have together. */
export function sumOf(one: Readonly<PageClassCounts>, other: Readonly<PageClassCounts>): PageClassCounts {
  const sum = { ...one };
  for (const each of PAGE_CLASSES) sum[each] += other[each];
  return sum;
}

/** Of all bytes of a page, so many are characters of text, at least. */
const TEXT_SHARE = 0.9;
/** Entropy in bits a byte. 4096 random bytes have 7.955, and one page in 10^40 has less than this; machine code has 4 to 7. */
const RANDOM_ENTROPY = 7.9;
/**
 * Random bytes are not evenly spread, either: chi-squared of their counts is 255, give or take 23. Less than this is a table
 * such as 0, 1, 2 .. 255.
 */
const LEAST_UNEVENNESS = 128;

/** Which bytes are printable ASCII or white space. */
const IS_PRINTABLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d) ? 1 : 0,
);

export class PageClassifier {
  readonly #zeros: Buffer;
  /** n * log2(n) by n. */
  readonly #terms: Float64Array;
  readonly #counts = new Int32Array(256);
  /** Each fourth byte has counts of its own: bytes that come again would make each count wait for the one before it. */
  readonly #lanes = [new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;

  constructor(pageSize: number) {
    this.#zeros = Buffer.alloc(pageSize);
    this.#terms = Float64Array.from({ length: pageSize + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));
  }

  /** The class of a page. Code cannot be told by its bytes alone: it is what can be executed and is none of the others. */
  classOf(page: Uint8Array, isExecutable: boolean): PageClass {
    if (this.#zeros.equals(page)) return 'zero';
    this.#count(page);
    if (this.#isText(page)) return 'text';
    if (this.#isRandom(page.length)) return 'random';
    return isExecutable ? 'code' : 'other';
  }

  #count(page: Uint8Array): void {
    const counts = this.#counts.fill(0);
    const [second, third, fourth] = this.#lanes;
    for (const each of this.#lanes) each.fill(0);
    for (let at = 0; at < page.length; at += 4) {
      const one = page[at] ?? 0;
      const two = page[at + 1] ?? 0;
      const three = page[at + 2] ?? 0;
      const four = page[at + 3] ?? 0;
      counts[one] = (counts[one] ?? 0) + 1;
      second[two] = (second[two] ?? 0) + 1;
      third[three] = (third[three] ?? 0) + 1;
      fourth[four] = (fourth[four] ?? 0) + 1;
    }
    for (let i = 0; i < 256; i++) counts[i] = (counts[i] ?? 0) + (second[i] ?? 0) + (third[i] ?? 0) + (fourth[i] ?? 0);
  }

  #isText(page: Uint8Array): boolean {
    let [printable, high] = [0, 0];
    for (let byte = 0; byte < 128; byte++) if (IS_PRINTABLE[byte] === 1) printable += this.#counts[byte] ?? 0;
    for (let byte = 128; byte < 256; byte++) high += this.#counts[byte] ?? 0;
    const wanted = TEXT_SHARE * page.length;
    if (printable >= wanted) return true;
    return printable + high >= wanted && printable + bytesOfUtf8(page) >= wanted;
  }

  #isRandom(length: number): boolean {
    let [terms, squares] = [0, 0];
    for (const count of this.#counts) {
      terms += this.#terms[count] ?? 0;
      squares += count * count;
    }
    if (Math.log2(length) - terms / length < RANDOM_ENTROPY) return false;
    return (256 * squares) / length - length >= LEAST_UNEVENNESS;
  }
}

/** How many bytes belong to characters of UTF-8 that have several; those that the page cuts are not counted. */
function bytesOfUtf8(page: Uint8Array): number {
  let found = 0;
  for (let at = 0; at < page.length; at++) {
    const lead = page[at] ?? 0;
    const more = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (more === 0) continue;
    let behind = at + 1;
    while (behind <= at + more && ((page[behind] ?? 0) & 0xc0) === 0x80) behind++;
    if (behind <= at + more) continue;
    found += more + 1;
    at += more;
  }
  return found;
}
