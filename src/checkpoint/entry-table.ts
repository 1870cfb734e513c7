/**
 * The entries of an image by their ids.
 *
 * Opening reads the image once and keeps the id and the place of each entry, 16 bytes; an entry is read when it is asked
 * for, and the last ones are kept.
 */
import { fields, readAnyVarint, type Halves } from '../codec/wire.ts';
import { CritError, placed } from '../error.ts';
import { EntryParser } from '../files/read-entries.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import type { Magic } from '../schema/images.ts';
import type { ImageDirectory } from './image-directory.ts';

/** Entries that are kept as objects. */
const KEPT = 512;

export class EntryTable<M extends Magic> {
  readonly #images: ImageDirectory;
  readonly #image: string;
  readonly #parser: EntryParser<M>;
  #ids: Uint32Array;
  /** Where the entry begins in the image, with its length. */
  #places: Float64Array;
  readonly #kept = new Map<number, EntryByMagic[M]>();

  /** `idField` is the number of the field with the id. An image that is not there has no entries. */
  constructor(images: ImageDirectory, image: string, magic: M, idField: number) {
    this.#images = images;
    this.#image = image;
    this.#parser = new EntryParser(magic, images.schema);
    let ids = new Uint32Array(64);
    let places = new Float64Array(64);
    let count = 0;
    let isSorted = true;
    if (images.has(image)) {
      images.scan(image, magic, (bytes, from, end, { offset }) => {
        if (count === ids.length) {
          ids = grown(ids, new Uint32Array(2 * count));
          places = grown(places, new Float64Array(2 * count));
        }
        const id = uint32Field(bytes, from, end, idField);
        if (count > 0 && id < (ids[count - 1] ?? 0)) isSorted = false;
        ids[count] = id;
        places[count] = offset;
        count++;
      });
    }
    this.#ids = ids.subarray(0, count);
    this.#places = places.subarray(0, count);
    if (!isSorted) this.#sort();
  }

  /** All ids, in order. */
  get ids(): Uint32Array {
    return this.#ids;
  }

  has(id: number): boolean {
    return this.#find(id) >= 0;
  }

  /** The entry of an id; of several with the same id, the last. Throws a CritError where it is damaged. */
  get(id: number): EntryByMagic[M] | undefined {
    const known = this.#kept.get(id);
    if (known) return known;
    const index = this.#find(id);
    if (index < 0) return undefined;
    const entry = this.#read(this.#places[index] ?? 0);
    if (this.#kept.size >= KEPT) for (const oldest of this.#kept.keys()) if (this.#kept.delete(oldest)) break;
    this.#kept.set(id, entry);
    return entry;
  }

  #read(offset: number): EntryByMagic[M] {
    const { files } = this.#images;
    const path = this.#images.pathOf(this.#image);
    const image = this.#images.nameOf(this.#image);
    const word = Buffer.alloc(4);
    files.read(path, image, offset, word);
    const length = word.readUInt32LE(0);
    if (length > ENTRY_LIMIT) throw new CritError('format', 'has changed while it was read', { image, offset });
    const payload = Buffer.allocUnsafe(length);
    files.read(path, image, offset + 4, payload);
    // None of these images has another message for its first entry.
    try {
      return this.#parser.parse(payload, 0, payload.length, { entry: 2, offset });
    } catch (error) {
      throw placed(error, { image });
    }
  }

  /** Index of the last entry with an id, or -1. */
  #find(id: number): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low - 1] === id ? low - 1 : -1;
  }

  #sort(): void {
    const order = Uint32Array.from(this.#ids.keys()).sort((a, b) => (this.#ids[a] ?? 0) - (this.#ids[b] ?? 0) || a - b);
    this.#places = Float64Array.from(order, (index) => this.#places[index] ?? 0);
    this.#ids = Uint32Array.from(order, (index) => this.#ids[index] ?? 0);
  }
}

function grown<T extends Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

const HALVES: Halves = { lo: 0, hi: 0 };

/** A field of 32 bits, 0 where it is not there. Throws a WireError where the bytes are no message. */
export function uint32Field(bytes: Uint8Array, from: number, end: number, number: number): number {
  for (const field of fields(bytes, from, end)) {
    if (field.number !== number || field.wire !== 0) continue;
    readAnyVarint(bytes, field.value, field.end, HALVES);
    return HALVES.lo;
  }
  return 0;
}
