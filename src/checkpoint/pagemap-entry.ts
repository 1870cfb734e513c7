/** A pagemap_entry straight from its bytes: there can be millions. */
import { CritError } from '../error.ts';
import { readAnyVarint, fields, type Halves } from '../codec/wire.ts';

/** Bits of `flags`. */
export const IN_PARENT = 1;
export const LAZY = 2;
export const PRESENT = 4;
export const ALIGNED = 8;

const TWO_32 = 0x100000000;
/** CRIU's own limit, in bytes. */
const LARGEST_BLOCK = 4 * 1024 * 1024;

/** What an entry says; filled again and again. */
export interface PagemapEntry {
  /** Number of the first page: its address divided by the page size. */
  page: number;
  count: number;
  flags: number;
  /** Where its blocks message is, -1 where the pages are not compressed. */
  blocks: number;
  blocksEnd: number;
}

/** Reads the entry between two positions. Throws a CritError or a WireError where it is none. */
export function readPagemapEntry(
  bytes: Uint8Array,
  from: number,
  end: number,
  pageSize: number,
  into: PagemapEntry,
): void {
  const number: Halves = HALVES;
  let low = -1;
  let high = 0;
  let count = -1;
  let oldCount = -1;
  let flags = -1;
  let inParent = false;
  into.blocks = -1;
  let position = from;
  while (position < end) {
    const start = position;
    position = readAnyVarint(bytes, position, end, number);
    const tag = number.lo;
    // fields() knows what else there can be, and what is wrong with it.
    if ((tag & 7) !== 0 || number.hi !== 0) {
      const field = fields(bytes, start, end).next().value;
      if (!field) return;
      if (field.number === 6) {
        into.blocks = field.value;
        into.blocksEnd = field.end;
      }
      position = field.end;
      continue;
    }
    position = readAnyVarint(bytes, position, end, number);
    if (tag === 8) {
      low = number.lo;
      high = number.hi;
    } else if (tag === 16) oldCount = number.lo;
    else if (tag === 24) inParent = number.lo !== 0;
    else if (tag === 32) flags = number.lo;
    else if (tag === 40) count = number.hi * TWO_32 + number.lo;
  }
  if (low < 0 || (count < 0 && oldCount < 0)) throw new CritError('format', 'has no address or no number of pages');
  if (low % pageSize !== 0) {
    throw new CritError('format', `its address is no multiple of the page size, ${pageSize}: is that right?`);
  }
  into.page = high * (TWO_32 / pageSize) + low / pageSize;
  into.count = count >= 0 ? count : oldCount;
  into.flags = flags >= 0 ? flags | (inParent ? IN_PARENT : 0) : inParent ? IN_PARENT : PRESENT;
  if (into.page + into.count > 2 ** 52 * (4096 / pageSize))
    throw new CritError('format', 'has more pages than there can be');
}

const HALVES: Halves = { lo: 0, hi: 0 };

/** How the pages of an entry are cut into blocks. */
export interface Blocks {
  /** Bytes that each takes in the pages image. */
  readonly sizes: readonly number[];
  readonly total: number;
  readonly pagesPerBlock: number;
}

/** Reads the blocks message of an entry. Throws where it does not fit `count` pages. */
export function readBlocks(bytes: Uint8Array, from: number, end: number, count: number, pageSize: number): Blocks {
  const sizes: number[] = [];
  const number: Halves = { lo: 0, hi: 0 };
  let total = 0;
  let pagesPerBlock = 0;
  for (const field of fields(bytes, from, end)) {
    if (field.number === 1) {
      let position = field.value;
      while (position < field.end) {
        position = readAnyVarint(bytes, position, field.end, number);
        sizes.push(number.lo);
      }
    } else if (field.wire === 0) {
      readAnyVarint(bytes, field.value, field.end, number);
      if (field.number === 2) total = number.hi * TWO_32 + number.lo;
      if (field.number === 3) pagesPerBlock = number.lo;
    }
  }
  const blockSize = pagesPerBlock * pageSize;
  if (pagesPerBlock === 0 || blockSize > LARGEST_BLOCK) {
    throw new CritError('format', `blocks of ${pagesPerBlock} pages; 1 page to 4 MiB is what there can be`);
  }
  const expected = Math.ceil(count / pagesPerBlock);
  if (sizes.length !== expected) throw new CritError('format', `${sizes.length} blocks, ${expected} expected`);
  let sum = 0;
  for (const [index, size] of sizes.entries()) {
    const full = Math.min(pagesPerBlock, count - index * pagesPerBlock) * pageSize;
    if (size > full) throw new CritError('format', `block ${index + 1} has ${size} bytes for ${full} bytes of pages`);
    sum += size;
  }
  if (sum !== total) throw new CritError('format', `its blocks have ${sum} bytes, and ${total} in all`);
  return { sizes, total, pagesPerBlock };
}
