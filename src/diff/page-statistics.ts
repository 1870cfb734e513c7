/** Numbers about the pages of two checkpoints: what an incremental dump would save, and what deduplication would. */
import { createHash } from 'node:crypto';
import { noPages, type PageCounts } from './difference.ts';

export interface PageTotals {
  readonly page_size: number;
  readonly pages: PageCounts;
  /** Pages of the second checkpoint that hold zeros alone. */
  readonly zero_pages: number;
  /** Pages of the second checkpoint that stand there before, or in the first one, at whatever address. */
  readonly duplicates_within: number;
  readonly duplicates_between: number;
  /** Bytes of the second that an incremental dump on top of the first would write, and those that it would not. */
  readonly incremental_bytes: number;
  readonly saved_bytes: number;
}

export class PageStatistics {
  /** Whether duplicates are looked for. */
  readonly isCounting: boolean;
  readonly #pages = noPages();
  readonly #first = new PageSet();
  readonly #second = new PageSet();
  readonly #pageSize: number;
  readonly #zeros: Buffer;
  #zeroPages = 0;

  /** `isCounting`: whether duplicates are looked for, which takes 16 bytes for each page, and half a second for each GiB. */
  constructor(pageSize: number, isCounting: boolean) {
    this.#pageSize = pageSize;
    this.isCounting = isCounting;
    this.#zeros = Buffer.alloc(pageSize);
  }

  same(count: number, bytes: Buffer): void {
    this.#pages.same += count;
    if (!this.isCounting) return;
    for (let at = 0; at < bytes.length; at += this.#pageSize) {
      const page = bytes.subarray(at, at + this.#pageSize);
      this.#first.add(page);
      this.#count(page);
    }
  }

  /** `count`: how many bytes are others. */
  changed(before: Buffer, after: Buffer, count: number): void {
    this.#pages.changed++;
    this.#pages.bytes += count;
    if (!this.isCounting) return;
    this.#first.add(before);
    this.#count(after);
  }

  removed(bytes: Buffer): void {
    this.#pages.removed++;
    if (this.isCounting) this.#first.add(bytes);
  }

  added(bytes: Buffer): void {
    this.#pages.added++;
    if (this.isCounting) this.#count(bytes);
  }

  totals(): PageTotals {
    const { added, changed, same } = this.#pages;
    let within = 0;
    let between = 0;
    for (const [key, count] of this.#second.counts()) {
      within += count - 1;
      if (this.#first.has(key)) between += count;
    }
    return {
      page_size: this.#pageSize,
      pages: this.#pages,
      zero_pages: this.#zeroPages,
      duplicates_within: within,
      duplicates_between: between,
      incremental_bytes: (added + changed) * this.#pageSize,
      saved_bytes: same * this.#pageSize,
    };
  }

  #count(page: Buffer): void {
    if (page.equals(this.#zeros)) this.#zeroPages++;
    else this.#second.add(page);
  }
}

/** Pages by 64 bits of their hash, and how often each came, in a table that grows. */
class PageSet {
  /** 0 stands for an empty place. */
  #keys = new BigUint64Array(1024);
  #counts = new Uint32Array(1024);
  #size = 0;

  has(key: bigint): boolean {
    return this.#keys[slotOf(this.#keys, key)] === key;
  }

  add(page: Buffer): void {
    const key = createHash('sha1').update(page).digest().readBigUInt64LE() | 1n;
    const slot = slotOf(this.#keys, key);
    if (this.#keys[slot] === 0n) this.#size++;
    this.#keys[slot] = key;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    if (this.#size * 2 > this.#keys.length) this.#grow();
  }

  *counts(): Generator<readonly [key: bigint, count: number], void, undefined> {
    for (const [slot, key] of this.#keys.entries()) if (key !== 0n) yield [key, this.#counts[slot] ?? 0];
  }

  #grow(): void {
    const keys = new BigUint64Array(this.#keys.length * 2);
    const counts = new Uint32Array(keys.length);
    for (const [key, count] of this.counts()) {
      const slot = slotOf(keys, key);
      keys[slot] = key;
      counts[slot] = count;
    }
    this.#keys = keys;
    this.#counts = counts;
  }
}

function slotOf(keys: BigUint64Array, key: bigint): number {
  let slot = Number((key >> 1n) & BigInt(keys.length - 1));
  while (keys[slot] !== 0n && keys[slot] !== key) slot = (slot + 1) & (keys.length - 1);
  return slot;
}
