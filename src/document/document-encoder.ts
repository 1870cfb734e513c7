/** A document of CRIT, or of the Go tool, to the bytes of its image. */
import { show } from '../codec/parse-value.ts';
import { CritError, placed } from '../error.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import { didYouMean } from '../nearest.ts';
import { Base64Reader } from './base64-reader.ts';
import { documentEntry, isGoEntry, type DocumentDialect } from './document-entry.ts';
import { DocumentReader, type DocumentHandler } from './document-reader.ts';
import type { Extra } from '../image/extra/extra.ts';
import { EXTRAS } from '../image/extra/extras.ts';
import { ImageEncoder } from '../image/image-encoder.ts';
import type { CheckpointSink } from '../image/image-sink.ts';

/** The image of a document has no name. */
const NAME = '-';

export class DocumentEncoder implements DocumentHandler {
  readonly #reader = new DocumentReader(this);
  readonly #sink: CheckpointSink;
  readonly #schema: ImageSchema;
  #type: ImageType | undefined;
  #extra: Extra | undefined;
  #encoder: ImageEncoder | undefined;
  #dialect: DocumentDialect = 'crit';
  #base64: Base64Reader | undefined;
  #extraLength = 0;

  constructor(sink: CheckpointSink, schema: ImageSchema = BUILT_IN) {
    this.#sink = sink;
    this.#schema = schema;
  }

  /** Takes text. Throws a CritError where it is no document of an image. */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** Says that the document ends here. Throws a CritError where it must not. */
  end(): void {
    this.#reader.end();
    this.#encoder?.end();
  }

  onMagic(magic: string): void {
    const type = this.#schema.byMagic(magic);
    if (!type) {
      const known = [...this.#schema.types()].map((each) => each.magic);
      throw new CritError('line', `no image of entries has the magic ${show(magic)}${didYouMean(magic, known)}`);
    }
    this.#type = type;
    this.#extra = type.extra && EXTRAS[type.extra];
    this.#encoder = new ImageEncoder(this.#schema, type, undefined, this.#sink.image(NAME));
  }

  onEntry(document: Record<string, unknown>, number: number): void {
    const { extra, ...fields } = document;
    this.#at(number, () => {
      this.#encode(fields, number, this.#extra ? this.#extra.fromDocument(extra) : extra);
    });
  }

  onLongEntry(fields: Record<string, unknown>, number: number): void {
    this.#at(number, () => {
      if (this.#extra && !this.#extra.stringPadding) {
        throw new CritError('value', 'extra: a string, which is not what this image has');
      }
      this.#encode(fields, number, undefined);
    });
    this.#extraLength = 0;
    this.#base64 = new Base64Reader((bytes) => {
      this.#encoder?.piece(this.#extraLength, bytes);
      this.#extraLength += bytes.length;
    });
  }

  onExtra(text: Uint8Array, number: number): void {
    this.#at(number, () => this.#base64?.push(text));
  }

  onExtraEnd(number: number): void {
    this.#at(number, () => {
      this.#base64?.end();
      const length = this.#extraLength;
      const padding = this.#extra?.stringPadding?.(length) ?? 0;
      if (padding > 0) this.#encoder?.piece(length, Buffer.alloc(padding));
    });
  }

  /** The dialect shows where an entry cannot be encoded in the one before: no entry is the same in both by chance. */
  #encode(fields: Record<string, unknown>, number: number, extra: unknown): void {
    const type = this.#type;
    if (!type) return;
    const message = this.#schema.entryOf(type, number === 1);
    try {
      this.#encoder?.entry(documentEntry(message, fields, this.#dialect), extra);
    } catch (error) {
      if (this.#dialect === 'go' || !isGoEntry(message, fields)) throw error;
      this.#dialect = 'go';
      this.#encoder?.entry(documentEntry(message, fields, 'go'), extra);
    }
  }

  #at(entry: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw placed(error, { entry });
    }
  }
}
