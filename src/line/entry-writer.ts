/** Entries to lines. */
import { putBase64 } from '../codec/json-text.ts';
import { MessageDecoder } from '../codec/message-decoder.ts';
import type { Output } from '../codec/output.ts';
import type { Style } from '../codec/style.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import { EXTRAS } from '../image/extra/extras.ts';
import type { ImageLines } from './image-lines.ts';
import { LINE_LIMIT } from '../image/limits.ts';
import { CritError } from '../error.ts';
import type { ExtraSize } from '../image/extra/extra-size.ts';

const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;
/** Bytes of `wire` that are written at once: base64 has no padding between them. */
const WIRE_PIECE = 96 * 1024;

export interface EntryWriterOptions {
  readonly schema: ImageSchema;
  readonly style: Style;
  /** Only the entries, with `extra` as one more key. */
  readonly bare: boolean;
  /** Whether extras are shown. */
  readonly extras: boolean;
}

/** An extra that is there as a whole. */
export interface WholeExtra {
  readonly size: ExtraSize;
  readonly bytes: Uint8Array;
}

export interface WrittenEntry {
  /** Whether the entry was written as CRIU writes it. */
  readonly isExact: boolean;
  /** Whether the line holds the extra; otherwise only pieces can. */
  readonly hasExtra: boolean;
}

export class EntryWriter {
  readonly #output: Output;
  readonly #options: EntryWriterOptions;
  readonly #type: ImageType;
  /** The line up to the entry. */
  readonly #head: Buffer;
  readonly #rest: MessageDecoder;
  #next: MessageDecoder;

  /** Writes entries among the lines of an image. */
  constructor(lines: ImageLines, type: ImageType, options: EntryWriterOptions) {
    this.#output = lines.output;
    this.#options = options;
    this.#type = type;
    this.#head = options.bare ? Buffer.alloc(0) : Buffer.concat([lines.head, Buffer.from('"entry":')]);
    const { schema, style } = options;
    this.#rest = new MessageDecoder(schema.entryOf(type, false), style);
    this.#next = type.first ? new MessageDecoder(schema.entryOf(type, true), style) : this.#rest;
  }

  /**
   * Writes the line of the next entry. Throws a CritError where it is not one, with its offset in `bytes`, to which `origin`
   * is added; nothing is written then.
   */
  write(bytes: Uint8Array, from: number, end: number, extra: WholeExtra | undefined, origin: number): WrittenEntry {
    const output = this.#output;
    const start = output.length;
    try {
      output.append(this.#head);
      const isExact = this.#next.decode(bytes, from, end, output, origin);
      const hasExtra = this.#writeExtra(extra);
      if (!isExact && !this.#options.bare) {
        output.appendText(',"wire":');
        const room = output.room(output.length, ((end - from) * 4) / 3 + 8);
        output.length = putBase64(room, output.length, bytes, from, end);
      }
      const room = output.room(output.length, 2);
      if (!this.#options.bare) room[output.length++] = CLOSE;
      room[output.length++] = NEWLINE;
      if (output.length - start > LINE_LIMIT) {
        throw new CritError(
          'limit',
          `an entry of ${output.length - start} bytes of text; ${LINE_LIMIT >> 20} MiB is the most of a line`,
        );
      }
      this.#next = this.#rest;
      return { isExact, hasExtra };
    } catch (error) {
      output.length = start;
      throw error;
    }
  }

  /**
   * The same for a long entry that has no extra: yields where the output should be emptied. Gives whether the entry was written
   * as CRIU writes it; throws before anything is written.
   */
  *writeInPieces(bytes: Uint8Array, from: number, end: number, origin: number): Generator<void, boolean, void> {
    const output = this.#output;
    // The line then holds the bytes themselves, too.
    const limits = { origin, most: LINE_LIMIT - this.#head.length, mostUnlike: LINE_LIMIT - 2 * (end - from) };
    const start = output.length;
    output.append(this.#head);
    let isExact: boolean;
    try {
      isExact = yield* this.#next.decodeInPieces(bytes, from, end, output, limits);
    } catch (error) {
      output.length = start;
      throw error;
    }
    if (!isExact && !this.#options.bare) {
      output.appendText(',"wire":"');
      for (let at = from; at < end; at += WIRE_PIECE) {
        output.appendText(Buffer.from(bytes.subarray(at, Math.min(end, at + WIRE_PIECE))).toString('base64'));
        yield;
      }
      output.appendText('"');
    }
    output.appendText(this.#options.bare ? '\n' : '}\n');
    this.#next = this.#rest;
    return isExact;
  }

  #writeExtra(extra: WholeExtra | undefined): boolean {
    const kind = this.#type.extra;
    const { bare, extras } = this.#options;
    if (!extra || !kind || !extras || extra.size.kind === 'none') return true;
    const output = this.#output;
    const before = output.length;
    // In the bare form the extra is a key of the entry itself, which is opened again.
    if (bare) output.length--;
    const isEmpty = bare && output.bytes[output.length - 1] === OPEN;
    output.appendText(isEmpty ? '"extra":' : ',"extra":');
    if (!EXTRAS[kind].write(extra.size, extra.bytes, this.#options, output)) {
      output.length = before;
      return false;
    }
    if (bare) output.appendText('}');
    return true;
  }
}
