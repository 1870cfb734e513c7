/**
 * The bytes of one image to lines.
 *
 * Bytes come in chunks of any size; each complete entry is written as a line at once, straight from the chunk. Only what spans
 * two chunks is copied. An extra that is larger than a piece is cut into pieces as it comes, so that memory is bounded by
 * one entry, whatever the size of the image.
 */
import { Output } from '../codec/output.ts';
import { PLAIN, type Style } from '../codec/style.ts';
import { CritError, asCritError } from '../error.ts';
import type { ImageType, Magic, RawMagic } from '../schema/images.ts';
import { detect } from './detect.ts';
import { EntryWriter, type WholeExtra } from './entry-writer.ts';
import { extraSize, type ExtraSize } from './extra-size.ts';
import { QueueWalker } from './message-queue.ts';
import { PieceWriter } from './piece-writer.ts';
import { SpanPieceWriter, type Span } from './span-piece-writer.ts';
import { PIECE_SIZE } from './piece.ts';

/** The largest entry that is taken, in bytes: it is held in memory as a whole. CRIU's own have some kilobytes. */
export const ENTRY_LIMIT: number = 8 * 1024 * 1024;

export interface ImageDecoderOptions {
  /** The image's name in the lines; its last part also tells files in other formats. */
  readonly name: string;
  readonly style?: Style;
  /** Only the entries, with `extra` as one more key. */
  readonly bare?: boolean;
  /** Whether extras are shown; without them a line cannot be packed. */
  readonly extras?: boolean;
  /** Whether an image is wanted, asked when its magic is known. */
  readonly accept?: (magic: Magic | RawMagic) => boolean;
  /** Of raw bytes, which of them belong together and what their lines say besides. */
  readonly spans?: Iterable<Span> | undefined;
  /** Told once about entries that are valid, but not written as CRIU writes them. */
  readonly onWarning?: (warning: CritError) => void;
}

/** An extra whose bytes are passed on as they come. */
interface OpenExtra {
  readonly pieces: PieceWriter | undefined;
  readonly walker: QueueWalker | undefined;
  /** Where its entry begins in the image. */
  readonly offset: number;
  left: number;
}

export class ImageDecoder {
  readonly #output: Output;
  readonly #options: ImageDecoderOptions;
  /** The bytes that wait for more; their first one stands at `#offset` in the image. */
  readonly #waiting = new Output(4096);
  #offset = 0;
  #entry = 0;
  #type: ImageType | undefined;
  #entries: EntryWriter | undefined;
  /** What each line of the image begins with. */
  #prefix: Buffer = Buffer.alloc(0);
  #pieces: PieceWriter | SpanPieceWriter | undefined;
  #extra: OpenExtra | undefined;
  #hasWarned = false;
  #magic: Magic | RawMagic | undefined;
  #isSkipped = false;

  /** Lines are appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, options: ImageDecoderOptions) {
    this.#output = output;
    this.#options = options;
  }

  /** Known after the first bytes. */
  get magic(): Magic | RawMagic | undefined {
    return this.#magic;
  }

  /** Whether `accept` turned the image down, so that no more bytes are needed. */
  get isSkipped(): boolean {
    return this.#isSkipped;
  }

  /** Throws a CritError where the bytes are no image; lines of all entries before it have been written. */
  push(chunk: Uint8Array): void {
    this.#advance(chunk, false);
  }

  /** Says that the image ends here. Throws a CritError where it must not. */
  end(): void {
    this.#advance(new Uint8Array(0), true);
    if (this.#isSkipped) return;
    this.#pieces?.end();
    this.#bracket('end', '{}');
  }

  #advance(chunk: Uint8Array, isEnd: boolean): void {
    if (this.#isSkipped) return;
    const waiting = this.#waiting;
    let bytes = chunk;
    if (waiting.length > 0) {
      waiting.append(chunk);
      bytes = waiting.view();
    }
    let used = 0;
    try {
      used = this.#take(bytes, isEnd);
    } catch (error) {
      throw asCritError(error, { image: this.#options.name });
    }
    this.#offset += used;
    if (bytes === chunk) waiting.append(bytes.subarray(used));
    else {
      waiting.bytes.copyWithin(0, used, waiting.length);
      waiting.length -= used;
    }
    waiting.shrink(16 * PIECE_SIZE);
  }

  /** Takes what is complete; gives how many bytes that is. */
  #take(bytes: Uint8Array, isEnd: boolean): number {
    let at = 0;
    if (this.#magic === undefined) {
      const start = this.#begin(bytes, isEnd);
      if (start === undefined) return 0;
      at = start;
    }
    if (this.#isSkipped) return bytes.length;
    if (this.#pieces) {
      this.#pieces.push(at > 0 ? bytes.subarray(at) : bytes);
      return bytes.length;
    }
    while (at < bytes.length || this.#extra) {
      const used = this.#extra ? this.#continueExtra(this.#extra, bytes, at, isEnd) : this.#takeEntry(bytes, at, isEnd);
      if (used === 0) break;
      at += used;
    }
    return at;
  }

  /** Reads head and magic; gives where the entries begin, or undefined where more bytes are needed. */
  #begin(bytes: Uint8Array, isEnd: boolean): number | undefined {
    const detected = detect(this.#options.name, bytes, isEnd);
    if (!detected) return undefined;
    const magic = detected.kind === 'raw' ? detected.magic : detected.type.magic;
    this.#magic = magic;
    if (this.#options.accept && !this.#options.accept(magic)) {
      this.#isSkipped = true;
      return 0;
    }
    this.#prefix = Buffer.from(`{"image":${JSON.stringify(this.#options.name)},"magic":"${magic}",`);
    if (detected.kind === 'entries') {
      const { type, head, start } = detected;
      this.#type = type;
      const { style = PLAIN, bare = false, extras = true } = this.#options;
      this.#entries = new EntryWriter(this.#output, this.#prefix, type, { style, bare, extras });
      this.#bracket('begin', head === type.head ? '{}' : `{"head":"${head}"}`);
      return start;
    }
    if (this.#options.bare) {
      throw new CritError('usage', 'holds raw bytes, which have no bare form: leave --bare out');
    }
    this.#bracket('begin', '{}');
    const { spans } = this.#options;
    this.#pieces = spans
      ? new SpanPieceWriter(this.#output, this.#prefix, spans)
      : new PieceWriter(this.#output, this.#prefix);
    return 0;
  }

  #bracket(key: 'begin' | 'end', value: string): void {
    if (this.#options.bare) return;
    this.#output.append(this.#prefix);
    this.#output.appendText(`"${key}":${value}}\n`);
  }

  /** Takes one entry with its extra; gives how many bytes that is, 0 where more are needed. */
  #takeEntry(bytes: Uint8Array, at: number, isEnd: boolean): number {
    const left = bytes.length - at;
    if (left < 4) return isEnd ? this.#truncated(at, '4 bytes', left) : 0;
    const size =
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>>
      0;
    if (size > ENTRY_LIMIT) {
      throw new CritError('limit', `an entry of ${size} bytes; ${ENTRY_LIMIT >> 20} MiB is the most`, this.#place(at));
    }
    const end = 4 + size;
    if (left < end) return isEnd ? this.#truncated(at, `${size} bytes`, left - 4) : 0;
    const from = at + 4;
    const kind = this.#type?.extra;
    if (!kind) {
      this.#writeEntry(bytes, at, from + size, undefined);
      return end;
    }

    const extra = this.#atEntry(at, () => extraSize(kind, bytes.subarray(from, from + size), this.#entry === 0));
    const most = this.#options.bare ? ENTRY_LIMIT : PIECE_SIZE;
    const length = this.#lengthOf(extra, bytes, from + size, isEnd, most);
    if (length === undefined && left - end <= most) {
      return isEnd ? this.#truncated(at, 'the end of its messages', left - end) : 0;
    }
    if (length !== undefined && length <= most) {
      if (left < end + length) return isEnd ? this.#truncated(at, `${length} bytes of extra`, left - end) : 0;
      const written = this.#writeEntry(bytes, at, from + size, {
        size: extra,
        bytes: bytes.subarray(from + size, from + size + length),
      });
      if (written) return end + length;
    } else if (this.#options.bare) {
      throw new CritError(
        'limit',
        `an extra of more than ${most >> 20} MiB, which is too long for a bare line`,
        this.#place(at),
      );
    } else this.#writeEntry(bytes, at, from + size, undefined);
    this.#extra = {
      pieces: this.#options.extras === false ? undefined : new PieceWriter(this.#output, this.#prefix),
      walker: extra.kind === 'messages' ? new QueueWalker(extra.count) : undefined,
      offset: this.#offset + at,
      left: extra.kind === 'bytes' ? extra.size : Infinity,
    };
    return end;
  }

  /** Length of an extra, or undefined where its end is not known yet. */
  #lengthOf(extra: ExtraSize, bytes: Uint8Array, from: number, isEnd: boolean, most: number): number | undefined {
    if (extra.kind === 'none') return 0;
    if (extra.kind === 'bytes') return extra.size;
    const there = bytes.subarray(from);
    if (extra.kind === 'rest') return isEnd || there.length > most ? there.length : undefined;
    const walker = new QueueWalker(extra.count);
    const length = this.#atEntry(from, () => walker.push(there));
    return walker.isDone ? length : undefined;
  }

  /** Passes bytes of an extra on; gives how many, 0 where more are needed. */
  #continueExtra(extra: OpenExtra, bytes: Uint8Array, at: number, isEnd: boolean): number {
    const there = bytes.subarray(at);
    const used = extra.walker
      ? this.#atEntry(at, () => extra.walker?.push(there) ?? 0)
      : Math.min(extra.left, there.length);
    extra.left -= used;
    extra.pieces?.push(there.subarray(0, used));
    const isDone = extra.walker ? extra.walker.isDone : extra.left === 0 || (isEnd && extra.left === Infinity);
    if (isDone) {
      extra.pieces?.end();
      this.#extra = undefined;
    } else if (isEnd) {
      extra.pieces?.end();
      const missing = extra.walker ? 'the end of its messages' : `${extra.left} more bytes`;
      throw new CritError('truncated', `truncated: ${missing} expected in its extra`, {
        entry: this.#entry,
        offset: extra.offset,
      });
    }
    return used;
  }

  /** Writes the line of an entry; false where its extra can only be written as pieces. */
  #writeEntry(bytes: Uint8Array, at: number, end: number, extra: WholeExtra | undefined): boolean {
    const entries = this.#entries;
    if (!entries) throw new TypeError('entries of no type');
    const written = this.#atEntry(at, () => entries.write(bytes, at + 4, end, extra, this.#offset));
    this.#entry++;
    if (!written.isExact) this.#warn(at);
    return written.hasExtra;
  }

  #warn(at: number): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const warning = new CritError(
      'format',
      'not written as CRIU writes it: packing it will change its bytes, unless it is left as it is',
      {
        image: this.#options.name,
        entry: this.#entry,
        offset: this.#offset + at,
      },
    );
    this.#options.onWarning?.(warning);
  }

  #atEntry<T>(at: number, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asCritError(error, this.#place(at));
    }
  }

  #place(at: number): { entry: number; offset: number } {
    return { entry: this.#entry + 1, offset: this.#offset + at };
  }

  #truncated(at: number, expected: string, left: number): never {
    throw new CritError('truncated', `truncated: ${expected} expected, ${left} left`, this.#place(at));
  }
}
