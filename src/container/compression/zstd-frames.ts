/**
 * The frames of zstd data, walked through without decompressing: where each begins, what memory it asks for, where the data
 * ends. Decoders tell less, and not all of them notice all of it (RFC 8878, section 3.1).
 */
import { CritError } from '../../error.ts';

/** Memory that a frame may ask for where nobody says otherwise. What zstd makes without `--ultra` and `--long` asks for 8 MiB at most. */
export const WINDOW_LIMIT: number = 32 * 1024 * 1024;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const BLOCK_LIMIT = 128 * 1024;
const RLE = 1;
const RESERVED = 3;

/** What the next bytes are. */
type State = 'magic' | 'skippable size' | 'descriptor' | 'header' | 'block' | 'skip';

export class ZstdFrames {
  readonly #windowLimit: number;
  /** Bytes of a unit that has not come whole. */
  readonly #held: Buffer = Buffer.alloc(14);
  #length = 0;
  #wanted = 4;
  #state: State = 'magic';
  #offset = 0;
  /** Bytes of contents that are passed over, and what comes behind them. */
  #skip = 0;
  #next: State = 'magic';
  #descriptor = 0;

  constructor(windowLimit: number = WINDOW_LIMIT) {
    this.#windowLimit = windowLimit;
  }

  /** Takes the next bytes. Throws a CritError with the offset where they are not as the format says. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#state === 'skip') {
        const used = Math.min(this.#skip, chunk.length - at);
        this.#skip -= used;
        this.#offset += used;
        at += used;
        if (this.#skip === 0) this.#expect(this.#next, this.#next === 'block' ? 3 : 4);
        continue;
      }
      this.#held[this.#length++] = chunk[at++] ?? 0;
      this.#offset++;
      if (this.#length === this.#wanted) this.#unit();
    }
  }

  /** Says that the data ends here. */
  end(): void {
    if (this.#state !== 'magic' || this.#length > 0) {
      throw new CritError('truncated', 'truncated compressed data', { offset: this.#offset });
    }
  }

  #expect(state: State, wanted: number): void {
    this.#state = state;
    this.#wanted = wanted;
    this.#length = 0;
  }

  #pass(size: number, next: State): void {
    this.#skip = size;
    this.#next = next;
    if (size > 0) this.#state = 'skip';
    else this.#expect(next, next === 'block' ? 3 : 4);
  }

  #unit(): void {
    const held = this.#held;
    switch (this.#state) {
      case 'magic': {
        const magic = held.readUInt32LE(0);
        if (magic === MAGIC) this.#expect('descriptor', 1);
        else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) this.#expect('skippable size', 4);
        else this.#damaged('more follows the end of the compressed data, or a frame of it is damaged', 4);
        return;
      }
      case 'skippable size':
        this.#pass(held.readUInt32LE(0), 'magic');
        return;
      case 'descriptor': {
        this.#descriptor = held[0] ?? 0;
        if (this.#descriptor & 8) this.#damaged('damaged compressed data: a reserved bit is set', 1);
        const { window, dictionary, content } = sizesOf(this.#descriptor);
        this.#expect('header', window + dictionary + content);
        return;
      }
      case 'header':
        this.#header();
        this.#expect('block', 3);
        return;
      case 'block':
        this.#block(held.readUIntLE(0, 3));
    }
  }

  #header(): void {
    const { window, dictionary, content } = sizesOf(this.#descriptor);
    const held = this.#held;
    if (dictionary > 0 && held.readUIntLE(window, dictionary) !== 0) {
      this.#damaged('compressed with a dictionary, which is not here: decompress it with zstd -d -D DICTIONARY', 0);
    }
    const size = window > 0 ? windowOf(held[0] ?? 0) : contentOf(held.subarray(dictionary, dictionary + content));
    if (size > this.#windowLimit) {
      throw new CritError(
        'limit',
        `compressed with a window of ${Math.ceil(size / 1024 / 1024)} MiB, which takes as much memory to read; ` +
          `${Math.floor(this.#windowLimit / 1024 / 1024)} MiB is the most: --max-window ${Math.ceil(size / 1024 / 1024)}M allows it where the command has it; else decompress it with zstd -d --long=31 first`,
        { offset: this.#offset },
      );
    }
  }

  #block(header: number): void {
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === RESERVED || size > BLOCK_LIMIT) this.#damaged('damaged compressed data: no block begins here', 3);
    const isLast = (header & 1) === 1;
    const checksum = isLast && this.#descriptor & 4 ? 4 : 0;
    this.#pass((type === RLE ? 1 : size) + checksum, isLast ? 'magic' : 'block');
  }

  #damaged(reason: string, before: number): never {
    throw new CritError('format', reason, { offset: this.#offset - before });
  }
}

/** Bytes of the three parts of a frame's header behind its descriptor. */
function sizesOf(descriptor: number): { window: number; dictionary: number; content: number } {
  const isSingle = (descriptor & 32) !== 0;
  const flag = descriptor >> 6;
  return {
    window: isSingle ? 0 : 1,
    dictionary: [0, 1, 2, 4][descriptor & 3] ?? 0,
    content: flag === 0 ? (isSingle ? 1 : 0) : 1 << flag,
  };
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** The size of the contents, which is the window of a frame in a single segment. */
function contentOf(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}
