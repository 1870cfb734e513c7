/**
 * The bytes of one image to the document that CRIT makes of it: `{"magic": .., "entries": [..]}`.
 *
 * It is written as the bytes come, extras of any size too, in the memory of one entry.
 */
import { MessageDecoder } from '../codec/message-decoder.ts';
import type { Output } from '../codec/output.ts';
import { PythonLayout } from '../codec/python-layout.ts';
import type { Style } from '../codec/style.ts';
import { CritError } from '../error.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import type { Head } from '../schema/images.ts';
import type { Extra, ExtraWriter, PayloadMeter } from '../image/extra/extra.ts';
import type { ExtraSize } from '../image/extra/extra-size.ts';
import { EXTRAS } from '../image/extra/extras.ts';
import { ImageScanner, type EntryPlace, type ScanHandler } from '../image/image-scanner.ts';
import { LINE_LIMIT } from '../image/limits.ts';
import { formatSize } from './payload-size.ts';

export interface DocumentDecoderOptions {
  /** The image's name in errors; its last part also tells files in other formats. */
  readonly name: string;
  readonly schema?: ImageSchema;
  /** CRIT or CRIT_PRETTY. */
  readonly style: Style;
  /** Whether the size of an extra stands in its place. */
  readonly onlySizes?: boolean;
  /** Told once about bytes that a document cannot hold as they are. */
  readonly onWarning?: (warning: CritError) => void;
}

/** Depth of an entry in the document. */
const DEPTH = 2;
const UNUSUAL = 'not written as CRIU writes it: its document gives other bytes, which mean the same';

export class DocumentDecoder {
  readonly #scanner: ImageScanner;
  readonly #writer: DocumentWriter;

  /** The document is appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, options: DocumentDecoderOptions) {
    this.#writer = new DocumentWriter(output, options);
    this.#scanner = new ImageScanner(options.schema ?? BUILT_IN, options.name, this.#writer);
  }

  /** Throws a CritError where the bytes are no image; the entries before it have been written. */
  push(chunk: Uint8Array): void {
    for (const _ of this.pushInSteps(chunk));
  }

  /** The same; yields within the text of a long entry, where the output should be emptied before the rest of it is written. */
  pushInSteps(chunk: Uint8Array): Generator<void, void, void> {
    return this.#scanner.pushInSteps(chunk);
  }

  /** Says that the image ends here. */
  end(): void {
    this.#scanner.end();
    this.#writer.end();
  }
}

class DocumentWriter implements ScanHandler {
  readonly #output: Output;
  readonly #options: DocumentDecoderOptions;
  readonly #layout: PythonLayout;
  #kind: Extra | undefined;
  #first: MessageDecoder | undefined;
  #rest: MessageDecoder | undefined;
  #extra: ExtraWriter | undefined;
  #payload: PayloadMeter | undefined;
  #place: EntryPlace = { entry: 0, offset: 0 };
  #hasWarned = false;

  constructor(output: Output, options: DocumentDecoderOptions) {
    this.#output = output;
    this.#options = options;
    this.#layout = new PythonLayout(output, options.style.human);
  }

  onBegin(type: ImageType, head: Head): void {
    const { style, schema = BUILT_IN } = this.#options;
    if (head !== type.head)
      this.#warn(`an unusual head (${head}, not ${type.head}), of which its document says nothing`);
    this.#kind = type.extra && EXTRAS[type.extra];
    this.#rest = new MessageDecoder(schema.entryOf(type, false), style);
    this.#first = type.first ? new MessageDecoder(schema.entryOf(type, true), style) : this.#rest;
    this.#output.appendText('{');
    this.#layout.item(1, true);
    this.#output.appendText(`"magic": "${type.magic}"`);
    this.#layout.item(1, false);
    this.#output.appendText('"entries": [');
  }

  onEntry(bytes: Uint8Array, from: number, end: number, extra: ExtraSize | undefined, place: EntryPlace): void {
    const isFirst = this.#place.entry === 0;
    const decoder = isFirst ? this.#first : this.#rest;
    const start = this.#output.length;
    this.#place = place;
    try {
      this.#layout.item(DEPTH, isFirst);
      if (decoder?.decode(bytes, from, end, this.#output, place.offset - from + 4) === false) this.#warn();
      const length = this.#output.length - start;
      if (length > LINE_LIMIT)
        throw new CritError('limit', `an entry of ${length} bytes of text; ${LINE_LIMIT >> 20} MiB is the most`, place);
      if (this.#kind && extra && extra.kind !== 'none') this.#beginExtra(this.#kind, extra);
    } catch (error) {
      this.#output.length = start;
      throw error;
    }
  }

  *onLongEntry(bytes: Uint8Array, from: number, end: number, place: EntryPlace): Generator<void, void, void> {
    const isFirst = this.#place.entry === 0;
    const decoder = isFirst ? this.#first : this.#rest;
    if (!decoder) throw new TypeError('entries of no type');
    const output = this.#output;
    const start = output.length;
    this.#place = place;
    try {
      this.#layout.item(DEPTH, isFirst);
      const limits = { origin: place.offset - from + 4, most: LINE_LIMIT, mostUnlike: LINE_LIMIT };
      if (!(yield* decoder.decodeInPieces(bytes, from, end, output, limits))) this.#warn();
    } catch (error) {
      // Nothing was passed on.
      output.length = start;
      throw error;
    }
  }

  onExtra(bytes: Uint8Array): void {
    this.#extra?.push(bytes);
    this.#payload?.push(bytes);
  }

  onExtraEnd(): void {
    this.#extra?.end();
    if (this.#payload) this.#output.appendText(`"... <${formatSize(this.#payload.size)}>"`);
    if (this.#extra || this.#payload) {
      this.#layout.close(DEPTH, false);
      this.#output.appendText('}');
    }
    this.#extra = this.#payload = undefined;
  }

  /** All entries have been written. */
  end(): void {
    this.#layout.close(1, this.#place.entry === 0);
    this.#output.appendText(']');
    this.#layout.close(0, false);
    this.#output.appendText('}');
  }

  #beginExtra(kind: Extra, size: ExtraSize): void {
    const { style, schema = BUILT_IN, onlySizes = false } = this.#options;
    // Of a ghost file CRIT does not even say how much is left out.
    if (onlySizes && !kind.payload) return;
    this.#layout.reopen(DEPTH);
    this.#output.appendText('"extra": ');
    if (onlySizes) this.#payload = kind.payload?.(size);
    else this.#extra = kind.writer(size, { output: this.#output, schema, style, onLoss: () => this.#warn() });
  }

  #warn(reason: string = UNUSUAL): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const place = this.#place.entry > 0 ? this.#place : {};
    this.#options.onWarning?.(new CritError('format', reason, { image: this.#options.name, ...place }));
  }
}
