/**
 * The VMAs of a process, in the order of their image.
 *
 * There can be a million of them: what is kept is the bytes of the image and 24 bytes for each; a `Vma` is made when it is
 * asked for.
 */
import type { Vma } from './vma.ts';

export class VmaList implements Iterable<Vma> {
  /** Numbers of their first pages, and of the pages behind their last. */
  readonly #pages: Float64Array;
  readonly #endPages: Float64Array;
  readonly #make: (index: number) => Vma;
  /** Whether they stand in the order of their addresses, and none reaches into the next. */
  readonly isOrdered: boolean;

  constructor(pages: Float64Array, endPages: Float64Array, make: (index: number) => Vma) {
    this.#pages = pages;
    this.#endPages = endPages;
    this.#make = make;
    this.isOrdered = pages.every((page, i) => page >= (endPages[i - 1] ?? 0) && (endPages[i] ?? 0) >= page);
  }

  /** A list of some. */
  static of(vmas: readonly Vma[]): VmaList {
    const make = (index: number): Vma => {
      const vma = vmas[index];
      if (!vma) throw new RangeError(`no VMA ${index} of ${vmas.length}`);
      return vma;
    };
    return new VmaList(
      Float64Array.from(vmas, ({ page }) => page),
      Float64Array.from(vmas, ({ endPage }) => endPage),
      make,
    );
  }

  get length(): number {
    return this.#pages.length;
  }

  /** The VMA at a place from 0 on; undefined behind the last. */
  at(index: number): Vma | undefined {
    return index < this.#pages.length ? this.#make(index) : undefined;
  }

  *[Symbol.iterator](): Generator<Vma, void, undefined> {
    for (let index = 0; index < this.#pages.length; index++) yield this.#make(index);
  }

  /** Number of the first page of the VMA at a place; Infinity behind the last. */
  firstPage(index: number): number {
    return this.#pages[index] ?? Infinity;
  }

  /** Index of the first one that ends behind a page, where they are ordered. */
  find(page: number): number {
    let low = 0;
    let high = this.#endPages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#endPages[middle] ?? 0) > page) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The VMA that a page is in. */
  containing(page: number): Vma | undefined {
    const index = this.find(page);
    return this.firstPage(index) <= page ? this.at(index) : undefined;
  }

  /** Those that are chosen. */
  filter(chooses: (vma: Vma) => boolean): VmaList {
    const chosen: number[] = [];
    for (let index = 0; index < this.length; index++) if (chooses(this.#make(index))) chosen.push(index);
    if (chosen.length === this.length) return this;
    const places = Uint32Array.from(chosen);
    return new VmaList(
      Float64Array.from(places, (place) => this.#pages[place] ?? 0),
      Float64Array.from(places, (place) => this.#endPages[place] ?? 0),
      (index) => this.#make(places[index] ?? 0),
    );
  }
}
