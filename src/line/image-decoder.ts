/**
 * The bytes of one image to lines.
 *
 * Each complete entry is written as a line at once. An extra that is larger than a piece is cut into pieces as it comes, so
 * that memory is bounded by one entry, whatever the size of the image.
 */
import { Output } from '../codec/output.ts';
import { PLAIN, type Style } from '../codec/style.ts';
import { CritError } from '../error.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import type { Head } from '../schema/images.ts';
import type { RawMagic } from '../schema/magics.ts';
import { EntryWriter, type WholeExtra } from './entry-writer.ts';
import { ImageLines, type BeginDetails, type EndDetails } from './image-lines.ts';
import type { ExtraSize } from '../image/extra/extra-size.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import { ImageScanner, type EntryPlace, type ScanHandler } from '../image/image-scanner.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import { PieceWriter } from './piece-writer.ts';
import { SpanPieceWriter, type Span } from './span-piece-writer.ts';

export interface ImageDecoderOptions {
  /** The image's name in the lines; its last part also tells files in other formats. */
  readonly name: string;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  readonly style?: Style;
  /** What the begin line says besides: the mode of the file, what its container says of it. */
  readonly begin?: Omit<BeginDetails, 'head'>;
  /** Only the entries, with `extra` as one more key. */
  readonly bare?: boolean;
  /** Whether extras are shown; without them a line cannot be packed. */
  readonly extras?: boolean;
  /** Bytes of a raw image, or of its range, whose one piece tells where they are, if they are more than a piece of data holds. */
  readonly toldSize?: number | undefined;
  /** Whether an image is wanted, asked when its magic is known. */
  readonly accept?: (magic: string) => boolean;
  /** Of raw bytes, which of them belong together and what their lines say besides. */
  readonly spans?: Iterable<Span> | undefined;
  /** Told once about entries that are valid, but not written as CRIU writes them. */
  readonly onWarning?: (warning: CritError) => void;
}

/** An entry whose extra is coming: it is written when it is known whether the extra fits into its line. */
interface HeldEntry {
  readonly bytes: Buffer;
  readonly size: ExtraSize;
  readonly place: EntryPlace;
}

export class ImageDecoder {
  readonly #scanner: ImageScanner;
  readonly #lines: LineWriter;

  /** Lines are appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, options: ImageDecoderOptions) {
    this.#lines = new LineWriter(output, options);
    this.#scanner = new ImageScanner(options.schema ?? BUILT_IN, options.name, this.#lines);
  }

  /** Known after the first bytes. */
  get magic(): string | undefined {
    return this.#lines.magic;
  }

  /** Whether `accept` turned the image down, so that no more bytes are needed. */
  get isSkipped(): boolean {
    return this.#lines.isSkipped;
  }

  /** Whether all of the image is told already, so that no more bytes are needed before its end. */
  get isComplete(): boolean {
    return this.#lines.isComplete;
  }

  /** Throws a CritError where the bytes are no image; lines of all entries before it have been written. */
  push(chunk: Uint8Array): void {
    for (const _ of this.pushInSteps(chunk));
  }

  /** The same; yields within a long line, where the output should be emptied before the rest of it is written. */
  *pushInSteps(chunk: Uint8Array): Generator<void, void, void> {
    if (!this.isSkipped) yield* this.#scanner.pushInSteps(chunk);
  }

  /** Says that the image ends here, and what its end line says besides. Throws a CritError where it must not end. */
  end(details?: EndDetails): void {
    if (this.isSkipped) return;
    this.#scanner.end();
    // An empty file is told only now.
    if (!this.#lines.isSkipped) this.#lines.end(details);
  }
}

class LineWriter implements ScanHandler {
  readonly #output: Output;
  readonly #options: ImageDecoderOptions;
  magic: string | undefined;
  isSkipped = false;
  isComplete = false;
  #lines: ImageLines | undefined;
  #entries: EntryWriter | undefined;
  #held: HeldEntry | undefined;
  /** The extra of the entry that is held. */
  readonly #collected = new Output(0);
  /** Takes the bytes of a raw image, or of an extra that no line can hold. */
  #pieces: PieceWriter | SpanPieceWriter | undefined;
  #hasWarned = false;

  constructor(output: Output, options: ImageDecoderOptions) {
    this.#output = output;
    this.#options = options;
  }

  onBegin(type: ImageType, head: Head): void {
    const lines = this.#begin(type.magic);
    if (!lines) return;
    const { schema = BUILT_IN, style = PLAIN, bare = false, extras = true } = this.#options;
    this.#entries = new EntryWriter(lines, type, { schema, style, bare, extras });
    if (!bare) lines.begin({ ...this.#options.begin, ...(head !== type.head && { head }) });
  }

  onRaw(magic: RawMagic): void {
    const lines = this.#begin(magic);
    if (!lines) return;
    if (this.#options.bare) {
      throw new CritError('usage', 'holds raw bytes, which have no bare form: leave --bare out');
    }
    const { spans, begin, toldSize = 0 } = this.#options;
    const offset = begin?.range?.offset ?? 0;
    lines.begin(begin);
    if (toldSize > PIECE_SIZE) {
      lines.reference(offset, toldSize);
      this.isComplete = true;
      return;
    }
    this.#pieces = spans ? new SpanPieceWriter(lines, spans, offset) : new PieceWriter(lines, offset);
  }

  onRawBytes(bytes: Uint8Array): void {
    this.#pieces?.push(bytes);
  }

  onEntry(bytes: Uint8Array, from: number, end: number, size: ExtraSize | undefined, place: EntryPlace): void {
    if (this.isSkipped) return;
    if (!size || size.kind === 'none' || this.#options.extras === false) {
      this.#write(bytes, from, end, undefined, place);
    } else if (size.kind === 'bytes' && size.size > PIECE_SIZE && this.#options.bare !== true) {
      this.#write(bytes, from, end, undefined, place);
      this.#openPieces();
    } else this.#held = { bytes: Buffer.from(bytes.subarray(from, end)), size, place };
  }

  *onLongEntry(bytes: Uint8Array, from: number, end: number, place: EntryPlace): Generator<void, void, void> {
    if (this.isSkipped) return;
    if (!this.#entries) throw new TypeError('entries of no type');
    const isExact = yield* this.#entries.writeInPieces(bytes, from, end, place.offset + 4 - from);
    if (!isExact) this.#warn(place);
  }

  onExtra(bytes: Uint8Array): void {
    if (!this.#held) {
      this.#pieces?.push(bytes);
      return;
    }
    const most = this.#options.bare ? ENTRY_LIMIT : PIECE_SIZE;
    if (this.#collected.length + bytes.length <= most) {
      this.#collected.append(bytes);
      return;
    }
    if (this.#options.bare) {
      throw new CritError('limit', `an extra of more than ${most >> 20} MiB, which is too long for a bare line`);
    }
    this.#write(this.#held.bytes, 0, this.#held.bytes.length, undefined, this.#held.place);
    this.#openPieces();
    this.#pieces?.push(bytes);
  }

  onExtraEnd(): void {
    if (this.#held) {
      const { bytes, size, place } = this.#held;
      const extra = { size, bytes: this.#collected.view() };
      if (!this.#write(bytes, 0, bytes.length, extra, place)) this.#openPieces();
    }
    this.#held = undefined;
    this.#collected.length = 0;
    this.#pieces?.end();
    this.#pieces = undefined;
  }

  end(details: EndDetails | undefined): void {
    this.#pieces?.end();
    if (!this.#options.bare) this.#lines?.end(details);
  }

  /** The extra goes into pieces, from what has been collected on. */
  #openPieces(): void {
    this.#held = undefined;
    if (!this.#lines) return;
    this.#pieces = new PieceWriter(this.#lines);
    this.#pieces.push(this.#collected.view());
  }

  #begin(magic: string): ImageLines | undefined {
    const { name, accept = () => true } = this.#options;
    this.magic = magic;
    this.isSkipped = !accept(magic);
    this.#lines = this.isSkipped ? undefined : new ImageLines(this.#output, name, magic);
    return this.#lines;
  }

  /** Writes the line of an entry; false where its extra can only be written as pieces. */
  #write(bytes: Uint8Array, from: number, end: number, extra: WholeExtra | undefined, place: EntryPlace): boolean {
    if (!this.#entries) throw new TypeError('entries of no type');
    const written = this.#entries.write(bytes, from, end, extra, place.offset + 4 - from);
    if (!written.isExact) this.#warn(place);
    return written.hasExtra;
  }

  #warn(place: EntryPlace): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const message = 'not written as CRIU writes it: packing it will change its bytes, unless it is left as it is';
    this.#options.onWarning?.(new CritError('format', message, { image: this.#options.name, ...place }));
  }
}
