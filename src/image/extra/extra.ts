import type { Output } from '../../codec/output.ts';
import type { Style } from '../../codec/style.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import type { EntryNumbers } from './entry-numbers.ts';
import type { ExtraSize } from './extra-size.ts';

/** A kind of extra: the raw bytes behind the entries of an image, as they are measured and shown. */
export interface Extra {
  /** How many bytes follow an entry, by what the entry says. `isFirst`: it is the first one of its image. */
  size(entry: EntryNumbers, isFirst: boolean): ExtraSize;

  /** Writes its JSON into a line; false where only pieces can hold it, such as padding that is not zero. */
  write(size: ExtraSize, bytes: Uint8Array, format: ExtraFormat, output: Output): boolean;
  /** Its bytes, of that size, by its JSON. Throws a FieldError where the value does not fit. */
  encode(size: ExtraSize, value: unknown, schema: ImageSchema): Uint8Array;
  /** The JSON Schema of that JSON (lines.schema.json). */
  readonly jsonSchema: Readonly<Record<string, unknown>>;

  /** Writes it into a document of CRIT, as its bytes come. */
  writer(size: ExtraSize, target: DocumentTarget): ExtraWriter;
  /** What stands in a document of CRIT or of the Go tool, as `encode` takes it. Throws a CritError for broken JSON in a string. */
  fromDocument(value: unknown): unknown;
  /**
   * There for what a document has as one string of base64, which may be of any length: how much padding follows so many bytes.
   */
  readonly stringPadding?: (length: number) => number;
  /** Measures it for `crit show --nopl`; not there where CRIT leaves it out without a word. */
  readonly payload?: (size: ExtraSize) => PayloadMeter;
}

/** What the JSON of an extra depends on. */
export interface ExtraFormat {
  readonly schema: ImageSchema;
  readonly style: Style;
}

/** Where an extra is written in a document, and who is told about bytes in it that a document cannot hold. */
export interface DocumentTarget extends ExtraFormat {
  readonly output: Output;
  readonly onLoss: () => void;
}

/** Depth of an item of the object or list that an extra is in a document. */
export const ITEM_DEPTH = 4;

/** Writes one extra into a document. */
export interface ExtraWriter {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Measures one extra without its padding. */
export interface PayloadMeter {
  push(bytes: Uint8Array): void;
  /** Bytes, known when all have been pushed. */
  readonly size: number;
}
