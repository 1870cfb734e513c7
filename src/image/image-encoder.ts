/** Entries and pieces of one image to its bytes. */
import { MessageEncoder } from '../codec/message-encoder.ts';
import { Output } from '../codec/output.ts';
import { transcoderOf, type Transcode } from '../codec/transcode.ts';
import { FieldError } from '../codec/field-error.ts';
import { CritError, placed } from '../error.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import { HEAD_NUMBERS, type Head } from '../schema/images.ts';
import type { MessageType } from '../schema/schema.ts';
import type { ExtraSize, ItemWalker } from './extra/extra-size.ts';
import { ExtraSizer } from './extra/extra-sizer.ts';
import type { ImageSink } from './image-sink.ts';
import { ENTRY_LIMIT } from './limits.ts';
import { PIECE_SIZE, TOLD_BY_PLACE, type BytePlace } from './piece.ts';

/** What nothing could read again is not written. */
function checkLength(length: number): void {
  if (length > ENTRY_LIMIT)
    throw new CritError('limit', `an entry of ${length} bytes; ${ENTRY_LIMIT >> 20} MiB is the most`);
}

const ENTRY_FULL = 64 * 1024;

/** In the place of a transcoder, where there is none. */
const refuse: Transcode = () => -1;

/** An extra that comes in pieces. */
interface OpenExtra {
  readonly size: ExtraSize;
  readonly walker: ItemWalker | undefined;
  left: number;
}

export class ImageEncoder {
  readonly #schema: ImageSchema;
  readonly #type: ImageType | undefined;
  readonly #sink: ImageSink;
  readonly #output = new Output(0);
  readonly #first: MessageEncoder | undefined;
  readonly #rest: MessageEncoder | undefined;
  readonly #sizer: ExtraSizer | undefined;
  #transcode: Transcode | undefined;
  #extra: OpenExtra | undefined;
  #entry = 0;
  /** Where the next piece belongs, in the image or in the extra. */
  #offset = 0;

  /** An image of entries with its head, or one of raw bytes where no type is given. */
  constructor(schema: ImageSchema, type: ImageType | undefined, head: Head | undefined, sink: ImageSink) {
    this.#schema = schema;
    this.#type = type;
    this.#sink = sink;
    if (!type) return;
    this.#rest = new MessageEncoder(schema.entryOf(type, false));
    this.#first = type.first ? new MessageEncoder(schema.entryOf(type, true)) : this.#rest;
    this.#sizer = ExtraSizer.of(schema, type);
    const kind = head ?? type.head;
    const bytes = this.#output.room(0, 8);
    if (kind !== 'none') this.#output.length = bytes.writeUInt32LE(HEAD_NUMBERS[kind], 0);
    this.#output.length = bytes.writeUInt32LE(type.number, this.#output.length);
  }

  /**
   * Writes an entry. `extra` is absent where it follows in pieces. `wire` is the entry as it was read, in base64, where it is
   * not written as CRIU writes it: these bytes are written again if they still mean the same.
   */
  entry(value: unknown, extra: unknown, wire?: unknown): void {
    const type = this.#type;
    const encoder = this.#entry === 0 ? this.#first : this.#rest;
    if (!type || !encoder) throw new CritError('line', 'an entry in an image of raw bytes');
    this.#closeExtra();
    const output = this.#output;
    const start = output.length;
    output.room(start, 4);
    output.length = start + 4;
    try {
      encoder.encode(value, output, wire);
      const length = output.length - start - 4;
      checkLength(length);
      setUint32(output.bytes, start, length);
      const sizer = this.#sizer;
      if (sizer) {
        const size = sizer.sizeOf(output.bytes.subarray(start + 4, output.length), this.#entry === 0);
        this.#openExtra(sizer, size, extra);
      } else if (extra !== undefined) throw new FieldError(`an entry of ${type.magic} has no extra`, 'extra');
    } catch (error) {
      output.length = start;
      throw placed(error, { entry: this.#entry + 1 });
    }
    this.#entry++;
    if (output.length >= ENTRY_FULL) this.flush();
  }

  /**
   * Writes an entry by the bytes of its JSON text, where that is written as crit-cat writes it, and of numbers alone. False, and
   * nothing, where it is any other, which `entry` takes.
   */
  text(bytes: Uint8Array, from: number, end: number): boolean {
    // The first entry may be another message.
    if (this.#entry === 0) return false;
    const transcode = (this.#transcode ??= this.#transcoder() ?? refuse);
    const output = this.#output;
    const start = output.length;
    output.room(start, 4);
    output.length = start + 4;
    if (transcode(bytes, from, output) !== end) {
      output.length = start;
      return false;
    }
    setUint32(output.bytes, start, output.length - start - 4);
    this.#entry++;
    if (output.length >= ENTRY_FULL) this.flush();
    return true;
  }

  #transcoder(): Transcode | undefined {
    return this.#type && !this.#sizer ? transcoderOf(this.#schema.entryOf(this.#type, false)) : undefined;
  }

  /** The message of the next entry, where it has no extra: such an entry can be given by its bytes. */
  get plainMessage(): MessageType | undefined {
    const { first, magic } = this.#type ?? {};
    if (!this.#type || this.#sizer || magic === undefined) return undefined;
    return this.#schema.entryOf(this.#type, this.#entry === 0 && first !== undefined);
  }

  /**
   * Writes an entry of the message `plainMessage` by its encoded bytes, whose parts are taken out of the list. `wire` is as for
   * `entry`.
   */
  encoded(parts: Buffer[], wire?: unknown): void {
    this.#closeExtra();
    const encoder = this.#entry === 0 ? this.#first : this.#rest;
    if (!encoder) throw new CritError('line', 'an entry in an image of raw bytes');
    try {
      if (wire !== undefined) parts.push(encoder.choose(Buffer.concat(parts.splice(0)), wire));
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      checkLength(length);
      const bytes = this.#output.room(this.#output.length, 4);
      this.#output.length = bytes.writeUInt32LE(length, this.#output.length);
      this.flush();
      parts.reverse();
      for (let part = parts.pop(); part; part = parts.pop()) this.#sink.write(part);
    } catch (error) {
      throw placed(error, { entry: this.#entry + 1 });
    }
    this.#entry++;
  }

  #openExtra({ extra: kind }: ExtraSizer, size: ExtraSize, extra: unknown): void {
    if (extra !== undefined) {
      if (size.kind === 'none') throw new FieldError('this entry has no extra', 'extra');
      this.#output.append(kind.encode(size, extra, this.#schema));
      return;
    }
    const left = size.kind === 'bytes' ? size.size : size.kind === 'rest' ? Infinity : 0;
    const walker = size.kind === 'items' ? size.walk() : undefined;
    if (left > 0 || (walker && !walker.isDone)) this.#extra = { size, walker, left };
    this.#offset = 0;
  }

  /** Writes bytes of a raw image, or of the extra of the entry before. `offset` must be where the last piece ended. */
  piece(offset: number, bytes: Uint8Array): void {
    this.#expect(offset, bytes.length);
    const extra = this.#extra;
    if (extra?.walker) {
      const used = extra.walker.push(bytes);
      if (used < bytes.length)
        throw new CritError('sequence', `${bytes.length - used} bytes more than the extra of entry ${this.#entry} has`);
    }
    if (bytes.length >= PIECE_SIZE) {
      this.flush();
      this.#sink.write(bytes);
    } else this.#output.append(bytes);
    this.#passed(bytes.length);
  }

  /** The same for a byte value again and again. */
  fill(offset: number, length: number, value: number): void {
    if (this.#extra?.walker) {
      const block = Buffer.alloc(Math.min(length, PIECE_SIZE), value);
      for (let done = 0; done < length; done += block.length)
        this.piece(offset + done, block.subarray(0, length - done));
      return;
    }
    this.#expect(offset, length);
    if (length < PIECE_SIZE) {
      // Too little to be a hole: it goes along with what is around it.
      const output = this.#output;
      output.room(output.length, length).fill(value, output.length, output.length + length);
      output.length += length;
    } else {
      this.flush();
      this.#sink.fill(value, length);
    }
    this.#passed(length);
  }

  /** The same for bytes of a raw image that are told by their place. Throws a CritError where they cannot be had. */
  reference(offset: number, length: number, from: BytePlace): void {
    this.#expect(offset, length);
    if (this.#type) throw new CritError('line', 'an extra that is told by its place: only those of raw images are');
    if (!this.#sink.copy) throw new CritError('line', TOLD_BY_PLACE);
    this.flush();
    this.#sink.copy(from, length);
    this.#passed(length);
  }

  /** Where the next piece of a raw image belongs. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes on at another offset of a raw image. Throws a CritError where its place is written in order. */
  seek(offset: number): void {
    if (offset === this.#offset) return;
    if (!this.#sink.seek)
      throw new CritError(
        'sequence',
        `its range at ${offset}, where ${this.#offset} comes next, and this output is written in order: cat the shards in theirs`,
      );
    this.flush();
    this.#sink.seek(offset);
    this.#offset = offset;
  }

  /** The image is complete. Throws a CritError where it is not. */
  end(): void {
    this.#closeExtra();
    this.flush();
    this.#sink.end();
  }

  flush(): void {
    if (this.#output.length === 0) return;
    this.#sink.write(this.#output.view());
    this.#output.length = 0;
    this.#output.shrink(2 * ENTRY_FULL);
  }

  #expect(offset: number, length: number): void {
    if (this.#type && !this.#extra) {
      throw new CritError(
        'sequence',
        this.#entry === 0
          ? 'a piece before the first entry'
          : `a piece, but the extra of entry ${this.#entry} is complete`,
      );
    }
    if (offset !== this.#offset) {
      throw new CritError(
        'sequence',
        `a piece at offset ${offset}, but ${this.#offset} comes next: pieces are missing, doubled or out of order`,
      );
    }
    const left = this.#extra && !this.#extra.walker ? this.#extra.left : Infinity;
    if (length > left)
      throw new CritError('sequence', `${length - left} bytes more than the extra of entry ${this.#entry} has`);
  }

  #passed(length: number): void {
    this.#offset += length;
    if (this.#output.length >= ENTRY_FULL) this.flush();
    const extra = this.#extra;
    if (!extra) return;
    extra.left -= length;
    if (extra.walker ? extra.walker.isDone : extra.left === 0) this.#extra = undefined;
  }

  #closeExtra(): void {
    const extra = this.#extra;
    if (!extra) return;
    const { size } = extra;
    if (size.kind !== 'rest') {
      const missing = size.kind === 'items' ? size.items : `${extra.left} bytes`;
      throw new CritError('sequence', `${missing} of its extra are missing: it has no "extra", and no pieces follow`, {
        entry: this.#entry,
      });
    }
    this.#extra = undefined;
  }
}

/** Once for each entry: Buffer's own method looks at the range of value and place again. */
function setUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
