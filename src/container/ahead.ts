/** Chunks whose first bytes can be looked at before they are read. */
export class Ahead implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array, unknown, undefined>;
  #first: Buffer[] = [];

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The first bytes: so many, if there are. */
  async first(length: number): Promise<Buffer> {
    let size = this.#first.reduce((sum, { length: each }) => sum + each, 0);
    while (size < length) {
      const next = await this.#chunks.next();
      if (next.done) break;
      this.#first.push(Buffer.from(next.value));
      size += next.value.length;
    }
    return Buffer.concat(this.#first).subarray(0, length);
  }

  /** Whether all that was looked at has been read. */
  get isPast(): boolean {
    return this.#first.length === 0;
  }

  /** All bytes from the beginning, once; each chunk is valid until the next. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let chunk = this.#first.shift(); chunk; chunk = this.#first.shift()) yield chunk;
      for (let next = await this.#chunks.next(); !next.done; next = await this.#chunks.next()) yield next.value;
    } finally {
      await this.#chunks.return?.();
    }
  }
}
