import { CritError } from '../../error.ts';
import { MESSAGE_LIMIT, PREFIX_SIZE, decodeMessage, type StreamMessage } from './message.ts';

/** Messages of one shard in turn, and the bytes behind them. */
export class ShardReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = Buffer.alloc(0);
  #offset = 0;
  #next: StreamMessage | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Where the message begins that was read last, or the bytes behind it. */
  get offset(): number {
    return this.#offset;
  }

  /** The next message, which stays until it is taken; undefined at the end. Throws a CritError where there is none. */
  async peek(): Promise<StreamMessage | undefined> {
    if (this.#next) return this.#next;
    const prefix = await this.#bytes(PREFIX_SIZE);
    if (!prefix) return undefined;
    const size = prefix.readUInt32LE(0);
    if (size > MESSAGE_LIMIT) {
      throw new CritError('format', `a message of ${size} bytes: the stream is damaged`, {
        offset: this.#offset - PREFIX_SIZE,
      });
    }
    const bytes = await this.#bytes(size);
    if (!bytes) throw this.#truncated(size, 0);
    try {
      this.#next = decodeMessage(bytes);
    } catch (error) {
      throw error instanceof CritError ? error.at({ offset: this.#offset - size }) : error;
    }
    return this.#next;
  }

  take(): void {
    this.#next = undefined;
  }

  /** The bytes behind a message, in chunks that are valid until the next. */
  async *data(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = size; left > 0;) {
      if (this.#chunk.length === 0 && !(await this.#more())) throw this.#truncated(size, size - left);
      const chunk = this.#chunk.subarray(0, left);
      this.#chunk = this.#chunk.subarray(chunk.length);
      this.#offset += chunk.length;
      left -= chunk.length;
      yield chunk;
    }
  }

  /** So many bytes; undefined where the shard ends before the first of them. */
  async #bytes(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < size) {
      if (this.#chunk.length === 0 && !(await this.#more())) {
        if (length === 0) return undefined;
        throw this.#truncated(size, length);
      }
      const part = Buffer.from(this.#chunk.subarray(0, size - length));
      this.#chunk = this.#chunk.subarray(part.length);
      parts.push(part);
      length += part.length;
    }
    this.#offset += size;
    return Buffer.concat(parts);
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#chunk = next.value;
    return true;
  }

  #truncated(expected: number, there: number): CritError {
    const message = `truncated: ${expected} bytes expected, ${there} left`;
    return new CritError('truncated', message, { offset: this.#offset });
  }
}
