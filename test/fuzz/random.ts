/** Numbers that look random and are the same for the same seed: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The numbers of one input of a run. */
  static of(seed: number, index: number): Random {
    // Neighbours must not begin alike.
    return new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  }

  /** Those with which an input is tried: the same ones whether it was made or comes from a file. */
  static ofRun(seed: number, index: number): Random {
    return Random.of(~seed, index);
  }

  /** From 0 to `end` - 1. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return end <= 0 ? 0 : ((value ^ (value >>> 14)) >>> 0) % end;
  }

  /** One of some. */
  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  /** One of some that are sorted by size, more often a small one: those are tried faster, and most kinds are among them. */
  smallOf<T>(items: readonly T[]): T {
    const item = items[Math.min(this.below(items.length), this.below(items.length))];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
