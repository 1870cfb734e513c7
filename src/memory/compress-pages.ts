/**
 * The pages of a pages image to compressed ones, with the pagemap that tells of them, as CRIT 4.3 lays them out and CRIU 4.3
 * restores them.
 *
 * Each page is a block of its own: nothing where it is all zeros, as it is where compression saves less than an eighth or the
 * restore wants it so, an LZ4 block otherwise. Where the first block of an entry that is not zeros is stored as it is, it begins
 * at a multiple of the page size. An entry all of whose pages are stored as they are stays without blocks.
 */
import { Output } from '../codec/output.ts';
import { putVarint32, putVarint64, varintSize } from '../codec/wire.ts';
import { ALIGNED, IN_PARENT, PRESENT, readPagemapEntry, type PagemapEntry } from '../checkpoint/pagemap-entry.ts';
import { CritError, placed } from '../error.ts';
import type { ImageSink } from '../image/image-sink.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import { Lz4BlockWriter } from './lz4-block-writer.ts';
import { framed, numberField, withField, type RawEntry } from './raw-entries.ts';

export interface CompressPagesOptions {
  readonly pageSize: number;
  /** 1 compresses most; more is faster. */
  readonly acceleration?: number | undefined;
  /** Whether the page of that number must be stored as it is. */
  readonly isRaw: (page: number) => boolean;
}

/** Where the two images go, and what the pagemap is called in messages. */
export interface CompressedImages {
  readonly pagemapName: string;
  readonly pagemap: ImageSink;
  readonly pages: ImageSink;
}

/** Bytes that are passed on at once. */
const FULL = 128 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);
/** Bytes of an entry beside its block sizes, at the most. */
const REST_OF_ENTRY = 1024;

/** Takes the bytes of a pages image without compression. */
export class PagesCompressor implements ImageSink {
  /** Pages that were taken, and bytes that they have become. */
  count = 0;
  written = 0;
  readonly #entries: Iterator<RawEntry>;
  readonly #images: CompressedImages;
  readonly #options: CompressPagesOptions;
  readonly #writer: Lz4BlockWriter;
  readonly #pages = new Output(FULL + 128 * 1024);
  readonly #pagemap = new Output();
  /** The start of a page whose end has not come. */
  readonly #part: Buffer;
  #held = 0;
  readonly #now: PagemapEntry = { page: 0, count: 0, flags: 0, blocks: -1, blocksEnd: -1 };
  #raw: RawEntry | undefined;
  /** Pages of this entry that have come, and what has become of them. */
  #done = 0;
  #stored = 0;
  #total = 0;
  #isAligned = false;
  readonly #sizes = new Output(4096, ENTRY_LIMIT);

  /** `head` is what stands before the entries of the pagemap. */
  constructor(head: Uint8Array, entries: Iterator<RawEntry>, images: CompressedImages, options: CompressPagesOptions) {
    this.#entries = entries;
    this.#images = images;
    this.#options = options;
    this.#writer = new Lz4BlockWriter(options.acceleration);
    this.#part = Buffer.allocUnsafeSlow(options.pageSize);
    this.#pagemap.append(head);
    const first = entries.next();
    if (first.done !== true) this.#pagemap.append(framed(first.value.payload));
    this.#next();
  }

  write(bytes: Uint8Array): void {
    const { pageSize } = this.#options;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(pageSize - this.#held, bytes.length);
      this.#part.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < pageSize) return;
      this.#held = 0;
      this.#page(this.#part, 0);
    }
    for (; at + pageSize <= bytes.length; at += pageSize) this.#page(bytes, at);
    this.#held = bytes.length - at;
    this.#part.set(bytes.subarray(at));
  }

  fill(value: number, length: number): void {
    const block = value === 0 ? ZEROS : Buffer.alloc(ZEROS.length, value);
    for (let done = 0; done < length; done += block.length) this.write(block.subarray(0, length - done));
  }

  /** Throws a CritError where there were fewer pages than the pagemap tells of. */
  end(): void {
    if (this.#held > 0 || this.#raw) {
      const { page, count } = this.#now;
      throw this.#error(
        'truncated',
        this.#raw
          ? `the pages image ends ${count - this.#done} pages before the entry of page ${page} does`
          : 'the pages image ends within a page',
      );
    }
    this.#flush();
    this.#images.pages.end();
    this.#images.pagemap.write(this.#pagemap.view());
    this.#images.pagemap.end();
  }

  #page(bytes: Uint8Array, at: number): void {
    const { pageSize, isRaw } = this.#options;
    if (!this.#raw) throw this.#error('format', 'the pages image has more pages than the pagemap tells of');
    const output = this.#pages;
    let size = 0;
    if (ZEROS.compare(bytes, at, at + pageSize, 0, pageSize) !== 0) {
      if (output.length >= FULL) this.#flush();
      const room = output.room(output.length, 2 * pageSize);
      size = isRaw(this.#now.page + this.#done)
        ? -1
        : this.#writer.write(bytes, at, at + pageSize, room, output.length, (pageSize / 8) * 7 - 1);
      if (size < 0) {
        if (this.#total === 0) this.#align();
        room.set(bytes.subarray(at, at + pageSize), output.length);
        size = pageSize;
        this.#stored++;
      }
      output.length += size;
      this.written += size;
      this.#total += size;
    }
    if (this.#sizes.length > ENTRY_LIMIT - REST_OF_ENTRY)
      throw this.#error('limit', 'an entry of so many pages that the sizes of its blocks have no room in it');
    this.#sizes.length = putVarint32(this.#sizes.room(this.#sizes.length, 5), this.#sizes.length, size);
    this.#done++;
    this.count++;
    if (this.#done === this.#now.count) this.#close();
  }

  #align(): void {
    const { pageSize } = this.#options;
    const padding = (pageSize - (this.written % pageSize)) % pageSize;
    this.#pages.append(ZEROS.subarray(0, padding));
    this.written += padding;
    this.#isAligned = true;
  }

  /** Writes the entry whose last page has come. */
  #close(): void {
    const { payload } = this.#raw ?? { payload: Buffer.alloc(0) };
    const flagged = this.#isAligned ? withField(payload, 4, numberField(4, this.#now.flags | ALIGNED)) : payload;
    const isPlain = this.#stored === this.#now.count;
    this.#put(isPlain ? flagged : withField(flagged, 6, blocksField(this.#sizes.view(), this.#total)));
    this.#next();
  }

  /** Goes on to the next entry that has pages, and passes those before it on as they are. */
  #next(): void {
    this.#done = this.#stored = this.#total = 0;
    this.#isAligned = false;
    this.#sizes.length = 0;
    for (let next = this.#entries.next(); next.done !== true; next = this.#entries.next()) {
      this.#raw = next.value;
      const { payload } = next.value;
      try {
        readPagemapEntry(payload, 0, payload.length, this.#options.pageSize, this.#now);
      } catch (error) {
        throw placed(error, this.#place());
      }
      const { flags, count, blocks } = this.#now;
      if (blocks >= 0 || (flags & ALIGNED) !== 0)
        throw this.#error('format', 'its pages are compressed already, or said to be');
      if ((flags & (PRESENT | IN_PARENT)) === (PRESENT | IN_PARENT))
        throw this.#error('format', 'its pages are said to be here and in the parent');
      if ((flags & PRESENT) !== 0 && count > 0) return;
      this.#put(payload);
    }
    this.#raw = undefined;
  }

  #put(payload: Buffer): void {
    this.#pagemap.append(framed(payload));
    if (this.#pagemap.length < FULL) return;
    this.#images.pagemap.write(this.#pagemap.view());
    this.#pagemap.length = 0;
    this.#pagemap.shrink(2 * FULL);
  }

  #flush(): void {
    if (this.#pages.length > 0) this.#images.pages.write(this.#pages.view());
    this.#pages.length = 0;
  }

  #place(): { image: string; entry?: number; offset?: number } {
    const { pagemapName: image } = this.#images;
    return this.#raw ? { image, entry: this.#raw.entry, offset: this.#raw.offset } : { image };
  }

  #error(code: CritError['code'], reason: string): CritError {
    return new CritError(code, reason, this.#place());
  }
}

/** The blocks of an entry, one page each. */
function blocksField(sizes: Uint8Array, total: number): Buffer {
  const start = new Uint8Array(6);
  start[0] = 0x0a;
  const startEnd = putVarint32(start, 1, sizes.length);
  const rest = new Uint8Array(13);
  rest[0] = 0x10;
  let end = putVarint64(rest, 1, total % 2 ** 32, Math.floor(total / 2 ** 32));
  rest[end++] = 0x18;
  rest[end++] = 1;
  const length = startEnd + sizes.length + end;
  const tag = new Uint8Array(1 + varintSize(length));
  tag[0] = 0x32;
  putVarint32(tag, 1, length);
  return Buffer.concat([tag, start.subarray(0, startEnd), sizes, rest.subarray(0, end)]);
}
