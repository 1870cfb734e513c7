import type { ImageSchema, ImageType } from '../../schema/image-schema.ts';
import { EntryNumbers } from './entry-numbers.ts';
import type { Extra } from './extra.ts';
import type { ExtraSize } from './extra-size.ts';
import { EXTRAS } from './extras.ts';

/** Tells how many bytes follow the entries of one image. */
export class ExtraSizer {
  readonly extra: Extra;
  readonly #first: EntryNumbers;
  readonly #rest: EntryNumbers;

  private constructor(extra: Extra, first: EntryNumbers, rest: EntryNumbers) {
    this.extra = extra;
    this.#first = first;
    this.#rest = rest;
  }

  /** Undefined for an image whose entries have no extras. */
  static of(schema: ImageSchema, type: ImageType): ExtraSizer | undefined {
    if (!type.extra) return undefined;
    const [first, rest] = [true, false].map((isFirst) => new EntryNumbers(schema.entryOf(type, isFirst)));
    return first && rest && new ExtraSizer(EXTRAS[type.extra], first, rest);
  }

  /** By the encoded entry. Throws a CritError where it is no message. */
  sizeOf(entry: Uint8Array, isFirst: boolean): ExtraSize {
    return this.extra.size((isFirst ? this.#first : this.#rest).read(entry), isFirst);
  }
}
