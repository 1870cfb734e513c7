/**
 * Which pages a pagemap image has, found by address.
 *
 * Opening reads it once and keeps one mark for every few hundred entries; a look-up finds the mark by bisection and reads the
 * entries behind it. So the memory that it takes is some bytes for each kilobyte of the image, whatever its size.
 */
import { WireError, fields, readAnyVarint, type Halves } from '../codec/wire.ts';
import { CritError, placed } from '../error.ts';
import { detect } from '../image/detect.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import { FileWindow } from '../files/file-window.ts';
import type { OpenFiles } from '../files/open-files.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { ImageDirectory } from './image-directory.ts';
import {
  ALIGNED,
  IN_PARENT,
  LAZY,
  PRESENT,
  readBlocks,
  readPagemapEntry,
  type Blocks,
  type PagemapEntry,
} from './pagemap-entry.ts';

/** Entries behind a mark, at most. */
const BLOCK = 256;
/** Bytes of entries behind a mark, but for one longer entry. */
const BLOCK_BYTES = 64 * 1024;

/** Some pages that an entry tells about; valid until the next one. */
export interface PageRun {
  page: number;
  count: number;
  flags: number;
  /** Where their contents begin in the pages image, where they are present. */
  offset: number;
  blocks: Blocks | undefined;
}

/** Pages by where their contents are: in this dump, in its parents, or left to a server of lazy pages. */
export interface PageTotals {
  here: number;
  inParent: number;
  lazy: number;
}

/** The place of some entries, and what the first of them tells. */
interface Mark {
  readonly page: number;
  readonly entry: number;
  readonly at: number;
  readonly end: number;
  readonly offset: number;
}

/** An entry behind a mark: its place from the mark on, its number, and where its pages begin in the pages image. */
interface Place {
  readonly at: number;
  readonly entry: number;
  readonly offset: number;
}

export class Pagemap {
  readonly pagesId: number;
  /** Bytes that the pages image must have. */
  bytes = 0;
  /** How many pages are where. */
  readonly totals: PageTotals = { here: 0, inParent: 0, lazy: 0 };
  readonly #files: OpenFiles;
  readonly #schema: ImageSchema;
  readonly #path: string;
  readonly #image: string;
  readonly #pageSize: number;
  readonly #marks: Mark[] = [];
  readonly #entry: PagemapEntry = { page: 0, count: 0, flags: 0, blocks: -1, blocksEnd: -1 };
  /** Where the last question found its first entry; all before it end at `from` or before. */
  #cursor: (Place & { readonly mark: Mark; readonly from: number }) | undefined;
  /** The entries behind the mark that was used last. */
  #loaded: Mark | undefined;
  #bytes: Buffer = Buffer.alloc(0);

  /** Throws a CritError where it is no pagemap, or its entries are not in the order of their addresses. */
  constructor(images: ImageDirectory, name: string, pageSize: number) {
    this.#files = images.files;
    this.#schema = images.schema;
    this.#path = images.pathOf(name);
    const image = images.nameOf(name);
    this.#image = image;
    this.#pageSize = pageSize;
    try {
      this.pagesId = this.#index();
    } catch (error) {
      throw placed(error, { image });
    }
  }

  /** What its entries tell about the pages from `from` to `end`, in the order of their addresses. */
  *runs(from: number, end: number): Generator<PageRun, void, undefined> {
    let isFound = false;
    const run: PageRun = { page: 0, count: 0, flags: 0, offset: 0, blocks: undefined };
    for (let index = this.#find(from); index < this.#marks.length; index++) {
      const mark = this.#marks[index];
      if (!mark || mark.page >= end) return;
      let bytes = this.#load(mark);
      const place = this.#placeIn(mark, from);
      let { offset, entry: number } = place;
      for (let at = place.at; at < mark.end - mark.at; number++) {
        // Others may have loaded another part since.
        if (this.#loaded !== mark) bytes = this.#load(mark);
        const size = bytes.readUInt32LE(at);
        const blocks = this.#read(bytes, at + 4, at + 4 + size, number, mark.at + at);
        const { page, count, flags } = this.#entry;
        if (page + count > from && !isFound) {
          isFound = true;
          this.#cursor = { mark, from, at, entry: number, offset };
        }
        at += 4 + size;
        if (page >= end) return;
        const start = this.#start(offset, flags);
        offset = start + this.#length(flags, count, blocks);
        if (page + count <= from || count === 0) continue;
        run.page = page;
        run.count = count;
        run.flags = flags;
        run.offset = start;
        run.blocks = blocks;
        yield run;
      }
    }
  }

  /** Where to begin behind a mark: neighbouring pages are usually asked for one after another. */
  #placeIn(mark: Mark, from: number): Place {
    const cursor = this.#cursor;
    if (cursor?.mark === mark && cursor.from <= from) return cursor;
    return { at: 0, entry: mark.entry, offset: mark.offset };
  }

  /** Index of the last mark that is not behind a page. */
  #find(page: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#marks[middle]?.page ?? 0) <= page) low = middle;
      else high = middle;
    }
    return low;
  }

  #load(mark: Mark): Buffer {
    if (this.#loaded !== mark) {
      this.#bytes = Buffer.allocUnsafe(mark.end - mark.at);
      this.#files.read(this.#path, this.#image, mark.at, this.#bytes);
      this.#loaded = mark;
    }
    return this.#bytes;
  }

  /** Reads all entries, makes the marks, and gives the id of the pages image. */
  #index(): number {
    const size = this.#files.size(this.#path, this.#image);
    const window = new FileWindow(this.#files, this.#path, this.#image, size);
    const head = window.load(0, Math.min(8, size));
    const detected = detect('pagemap-1.img', head.subarray(0, 8), true, this.#schema);
    if (detected?.kind !== 'entries' || detected.type.magic !== 'PAGEMAP')
      throw new CritError('format', 'is no pagemap');
    let at = detected.start;
    let pagesId = 0;
    let offset = 0;
    let behind = 0;
    let mark: { page: number; entry: number; at: number; offset: number } | undefined;
    const close = (end: number): void => {
      if (mark) this.#marks.push({ ...mark, end });
      mark = undefined;
    };
    for (let number = 1; at < size; number++) {
      if (size - at < 4) {
        throw new CritError('truncated', `truncated: 4 bytes expected, ${size - at} left`, {
          entry: number,
          offset: at,
        });
      }
      const length = window.load(at, 4).readUInt32LE(at - window.start);
      if (length > ENTRY_LIMIT || length > size - at - 4) {
        throw new CritError('truncated', `truncated: ${length} bytes expected, ${size - at - 4} left`, {
          entry: number,
          offset: at,
        });
      }
      const bytes = window.load(at, 4 + length);
      const from = at + 4 - window.start;
      if (number === 1) pagesId = headId(bytes.subarray(from, from + length));
      else {
        const blocks = this.#read(bytes, from, from + length, number, at);
        const { page, count, flags } = this.#entry;
        if (page < behind) {
          throw new CritError('format', 'its pages are not behind those of the entry before it', {
            entry: number,
            offset: at,
          });
        }
        behind = page + count;
        if (mark && (number - mark.entry >= BLOCK || at + 4 + length - mark.at > BLOCK_BYTES)) close(at);
        mark ??= { page, entry: number, at, offset };
        offset = this.#start(offset, flags) + this.#length(flags, count, blocks);
        this.#add(flags, count);
      }
      at += 4 + length;
    }
    close(at);
    this.bytes = offset;
    return pagesId;
  }

  #read(bytes: Buffer, from: number, end: number, number: number, origin: number): Blocks | undefined {
    const entry = this.#entry;
    try {
      readPagemapEntry(bytes, from, end, this.#pageSize, entry);
      if (entry.blocks < 0) return undefined;
      return readBlocks(bytes, entry.blocks, entry.blocksEnd, entry.count, this.#pageSize);
    } catch (error) {
      const reason = error instanceof WireError ? new CritError('format', error.reason) : error;
      throw placed(reason, { image: this.#image, entry: number, offset: origin });
    }
  }

  #add(flags: number, count: number): void {
    const { totals } = this;
    if ((flags & PRESENT) !== 0) totals.here += count;
    else if ((flags & IN_PARENT) !== 0) totals.inParent += count;
    else if ((flags & LAZY) !== 0) totals.lazy += count;
  }

  #start(offset: number, flags: number): number {
    const isAligned = (flags & PRESENT) !== 0 && (flags & ALIGNED) !== 0;
    return isAligned ? Math.ceil(offset / this.#pageSize) * this.#pageSize : offset;
  }

  #length(flags: number, count: number, blocks: Blocks | undefined): number {
    return (flags & PRESENT) === 0 ? 0 : blocks ? blocks.total : count * this.#pageSize;
  }
}

/** pages_id of a pagemap_head. */
function headId(bytes: Uint8Array): number {
  const number: Halves = { lo: 0, hi: 0 };
  for (const field of fields(bytes, 0, bytes.length)) {
    if (field.number === 1 && field.wire === 0) {
      readAnyVarint(bytes, field.value, field.end, number);
      return number.lo;
    }
  }
  throw new CritError('format', 'has no pages_id', { entry: 1 });
}
