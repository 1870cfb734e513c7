/** System V shared memory of older images, whose contents follow its entry in ipcns-shm-ID.img. */
import { EntryNumbers } from '../image/extra/entry-numbers.ts';
import { ipcShm } from '../image/extra/ipc-shm.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import { placed, CritError } from '../error.ts';
import { fields, readAnyVarint, type Halves } from '../codec/wire.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import type { OpenFiles } from '../files/open-files.ts';
import type { Extent, PageSource } from './page-store.ts';

export class InlineShared implements PageSource {
  readonly #path: string;
  readonly #image: string;
  readonly #offset: number;
  readonly #size: number;
  readonly #pageSize: number;

  /** `size` bytes at a place of an image. */
  constructor(path: string, image: string, offset: number, size: number, pageSize: number) {
    this.#path = path;
    this.#image = image;
    this.#offset = offset;
    this.#size = size;
    this.#pageSize = pageSize;
  }

  /** The segments of an image that have their contents in it, by their IDs. */
  static *read(
    files: OpenFiles,
    path: string,
    image: string,
    pageSize: number,
  ): Generator<[id: number, source: InlineShared], void, undefined> {
    const end = files.size(path, image);
    const word = Buffer.alloc(4);
    const numbers = new EntryNumbers(BUILT_IN.message('ipc_shm_entry'));
    let entry = 0;
    // Behind the head and the magic number.
    for (let at = 8; at + 4 <= end;) {
      entry++;
      try {
        files.read(path, image, at, word);
        const length = word.readUInt32LE(0);
        if (length > ENTRY_LIMIT) throw new CritError('limit', `an entry of ${length} bytes`);
        const payload = Buffer.allocUnsafe(length);
        files.read(path, image, at + 4, payload);
        at += 4 + length;
        const extra = ipcShm.size(numbers.read(payload), entry === 1);
        if (extra.kind !== 'bytes') continue;
        yield [idOf(payload), new InlineShared(path, image, at, extra.parts[0] ?? 0, pageSize)];
        at += extra.size;
      } catch (error) {
        throw placed(error, { image, entry, offset: at });
      }
    }
  }

  *extents(from: number, end: number): Generator<Extent, void, undefined> {
    const pageSize = this.#pageSize;
    const whole = Math.floor(this.#size / pageSize);
    const count = Math.min(whole, end) - from;
    const common = { stored: 'plain', path: this.#path, image: this.#image, skip: 0, depth: 0 } as const;
    if (count > 0) {
      const offset = this.#offset + from * pageSize;
      yield { ...common, page: from, count, blockPages: count, offset, length: count * pageSize };
    }
    const rest = this.#size % pageSize;
    if (rest > 0 && from <= whole && end > whole) {
      yield { ...common, page: whole, count: 1, blockPages: 1, offset: this.#offset + whole * pageSize, length: rest };
    }
  }
}

/** desc.id of an ipc_shm_entry. */
function idOf(payload: Uint8Array): number {
  const number: Halves = { lo: 0, hi: 0 };
  let id = 0;
  for (const outer of fields(payload, 0, payload.length)) {
    if (outer.number !== 1 || outer.wire !== 2) continue;
    for (const inner of fields(payload, outer.value, outer.end)) {
      if (inner.number !== 7 || inner.wire !== 0) continue;
      readAnyVarint(payload, inner.value, inner.end, number);
      id = number.lo;
    }
  }
  return id;
}
