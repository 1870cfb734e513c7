/** Numbers that look random and are the same on every machine (xorshift, 32 bits). */
export class Random {
  #state: number;

  /** Seed: any number but 0. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The next 32 bits. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** A whole number from 0 to limit - 1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** Puts 32 bits into each of the words. */
  scatter(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.next();
  }
}
