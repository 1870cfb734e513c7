/** A pages image: matches are told by address, and lie in pages whose addresses follow one another, where its pagemap came before. */
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { formatAddress } from '../checkpoint/vma.ts';
import { ImageLines } from '../line/image-lines.ts';
import type { LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { PieceBytes } from '../line/piece-reader.ts';
import { PieceWriter } from '../line/piece-writer.ts';
import { decodeLz4Block } from '../memory/lz4-block.ts';
import { withSize } from './compressed-image.ts';
import { HalfWriter, placeHalves } from './halves.ts';
import { HeldPieces } from './held-pieces.ts';
import { PlainWork, type PagesHost, type Search } from './image-bytes.ts';
import type { PagesFacts, Run } from './pagemaps.ts';
import type { Place } from './place.ts';
import { SettledBytes } from './settled-bytes.ts';

type Write = (line: LineValue | Buffer) => void;

const USUAL_PAGE = 4096;

export class PagesImage {
  readonly #write: Write;
  readonly #facts: PagesFacts | undefined;
  readonly #pageSize: number;
  readonly #pieces: HeldPieces;
  readonly #work: PlainWork;
  readonly #halves: HalfWriter;
  /** Of compressed pages. */
  readonly #unpacked: Unpacked | undefined;
  #offset = 0;
  /** The run that is coming, and where it ends in the image. */
  #run = 0;
  #runEnd: number;

  constructor(place: Place, search: Search, { guide, onLeft, halves, onHalf }: PagesHost, write: Write) {
    this.#write = write;
    this.#facts = guide.pagemaps.of(place.image);
    const pageSize = guide.pageSizeOf(place.image);
    this.#pageSize = pageSize ?? USUAL_PAGE;
    this.#pieces = new HeldPieces(write);
    // Where it is not known how large pages are, what follows is taken for what follows in memory, too.
    this.#runEnd = pageSize === undefined ? Infinity : this.#endOf(0);
    const facts = this.#facts;
    /** Undefined where memory must stay as it is. */
    const placeOf = (offset: number, length: number): Place | undefined => {
      const at = facts && placeIn(facts, offset, this.#pageSize);
      const { pid, kind, mayChange } = guide.judge(place.image, facts, at?.address);
      if (!mayChange) onLeft(kind, length);
      if (!mayChange) return undefined;
      const { image, magic } = place;
      return { image, magic, pid, area: kind, vaddr: at && addressText(at.address) };
    };
    const found: Search['onFound'] = (_, offset, hit) => {
      const at = placeOf(offset, hit.end - hit.start);
      return at !== undefined && search.onFound(at, offset, hit);
    };
    const placed = placeHalves(halves?.take(place.image) ?? [], facts, this.#pageSize);
    this.#halves = new HalfWriter(placed, search.scanner.fill ?? 0, (half) => {
      const at = placeOf(half.offset, half.length);
      if (at) onHalf(at, half);
      return at !== undefined;
    });
    const inner: Search = { ...search, onFound: found };
    if (facts?.isCompressed !== true) this.#work = new PlainWork(place, inner, this.#pieces);
    else {
      const bytes = new SettledBytes();
      this.#work = new PlainWork(place, inner, bytes);
      const writer = new PagesWriter(place, write);
      this.#unpacked = new Unpacked(facts, this.#pageSize, bytes, this.#work, this.#halves, writer);
    }
  }

  begin(line: LineValue | Buffer): void {
    const isOther = this.#unpacked && !(line instanceof Uint8Array);
    this.#write(isOther ? withSize(line, (this.#facts?.pages ?? 0) * this.#pageSize) : line);
  }

  piece(line: LineView, piece: PieceBytes): void {
    if (piece.offset !== this.#offset)
      throw new CritError('sequence', `a piece at ${piece.offset}, where ${this.#offset} is expected`);
    const end = piece.offset + piece.length;
    if (this.#unpacked) {
      this.#unpacked.push(piece);
      this.#offset = end;
      return;
    }
    this.#pieces.add(line, piece);
    this.#halves.pass(this.#pieces, piece.offset, end);
    while (this.#offset < end) {
      const stop = Math.min(end, this.#runEnd);
      if ('fill' in piece) this.#work.fill(piece.fill, stop - this.#offset);
      else {
        const { buffer, byteOffset } = piece.bytes;
        this.#work.push(Buffer.from(buffer, byteOffset + this.#offset - piece.offset, stop - this.#offset));
      }
      this.#offset = stop;
      if (stop !== this.#runEnd) continue;
      this.#work.border();
      this.#runEnd = this.#endOf(++this.#run);
    }
  }

  end(): undefined {
    this.#unpacked?.end();
    if (!this.#unpacked) this.#work.end();
    this.#pieces.settle(Infinity);
  }

  #endOf(index: number): number {
    const run = this.#facts?.runs[index];
    return run ? (run.first + run.pages) * this.#pageSize : Infinity;
  }
}

/** Compressed pages as they are without compression. */
class Unpacked {
  readonly #bytes: SettledBytes;
  readonly #work: PlainWork;
  readonly #halves: HalfWriter;
  readonly #writer: PagesWriter;
  readonly #parts: Iterator<StoredPart, void>;
  #part: StoredPart | undefined;
  /** Stored bytes of the part that have come. */
  readonly #held = new Output();
  #offset = 0;
  /** Bytes of pages that have come. */
  #done = 0;

  constructor(
    facts: PagesFacts,
    pageSize: number,
    bytes: SettledBytes,
    work: PlainWork,
    halves: HalfWriter,
    writer: PagesWriter,
  ) {
    this.#bytes = bytes;
    this.#work = work;
    this.#halves = halves;
    this.#writer = writer;
    this.#parts = partsOf(facts.runs, pageSize);
    this.#next();
  }

  push(piece: PieceBytes): void {
    const bytes = 'fill' in piece ? Buffer.alloc(piece.length, piece.fill) : piece.bytes;
    for (let at = 0; at < bytes.length;) {
      const part = this.#part;
      if (!part) throw new CritError('format', 'has more bytes than its pagemap says');
      const gap = part.offset - this.#offset;
      const count = Math.min(bytes.length - at, gap > 0 ? gap : part.stored - this.#held.length);
      if (gap <= 0) this.#held.append(bytes.subarray(at, at + count));
      this.#offset += gap > 0 ? count : 0;
      at += count;
      if (this.#held.length < part.stored || gap > 0) continue;
      this.#complete(part);
      this.#next();
    }
  }

  end(): void {
    if (this.#part) throw new CritError('truncated', 'ends before memory that its pagemap speaks of');
    this.#work.end();
    this.#pass();
    this.#writer.end();
  }

  #complete(part: StoredPart): void {
    const stored = this.#held.view();
    this.#offset += stored.length;
    let contents: Buffer = stored;
    if (part.stored !== part.size) {
      contents = Buffer.alloc(part.size);
      try {
        if (part.stored > 0) decodeLz4Block(stored, contents);
      } catch (error) {
        throw error instanceof CritError ? error.at({ offset: part.offset }) : error;
      }
    }
    this.#work.push(this.#bytes.add(contents));
    this.#halves.pass(this.#bytes, this.#done, this.#done + contents.length);
    this.#done += contents.length;
    this.#held.length = 0;
    if (part.isLast) this.#work.border();
    this.#pass();
  }

  /** Parts of which nothing is stored are complete at once. */
  #next(): void {
    for (;;) {
      const next = this.#parts.next();
      this.#part = next.done === true ? undefined : next.value;
      if (!this.#part || this.#part.stored > 0) return;
      this.#complete(this.#part);
    }
  }

  #pass(): void {
    for (const chunk of this.#bytes.take()) this.#writer.push(chunk);
  }
}

/** Bytes that are stored together. */
interface StoredPart {
  readonly offset: number;
  readonly stored: number;
  /** Bytes of the pages. */
  readonly size: number;
  /** Whether the address that follows is another one. */
  readonly isLast: boolean;
}

const PART = 64 * 1024;

function* partsOf(runs: readonly Run[], pageSize: number): Generator<StoredPart, void, undefined> {
  let offset = 0;
  for (const [index, { address, pages, blocks, isAligned }] of runs.entries()) {
    if (isAligned) offset = Math.ceil(offset / pageSize) * pageSize;
    const isBorder = runs[index + 1]?.address !== address + pages * pageSize;
    const all = pages * pageSize;
    const unit = blocks ? blocks.pagesPerBlock * pageSize : PART;
    for (let done = 0; done < all; done += unit) {
      const size = Math.min(unit, all - done);
      const stored = blocks ? (blocks.sizes[done / unit] ?? size) : size;
      yield { offset, stored, size, isLast: isBorder && done + size === all };
      offset += stored;
    }
  }
}

/** Bytes of a pages image as lines. */
class PagesWriter {
  readonly #output = new Output();
  readonly #pieces: PieceWriter;
  readonly #write: Write;

  constructor({ image, magic }: Place, write: Write) {
    this.#pieces = new PieceWriter(new ImageLines(this.#output, image, magic));
    this.#write = write;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#pass();
  }

  end(): void {
    this.#pieces.end();
    this.#pass();
  }

  #pass(): void {
    if (this.#output.length > 0) this.#write(this.#output.view());
    this.#output.length = 0;
  }
}

function placeIn({ runs }: PagesFacts, offset: number, pageSize: number): { address: number } | undefined {
  const page = Math.floor(offset / pageSize);
  let low = 0;
  let high = runs.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.first ?? 0) <= page) low = middle;
    else high = middle;
  }
  const run = runs[low];
  if (!run || page >= run.first + run.pages) return undefined;
  return { address: run.address + offset - run.first * pageSize };
}

function addressText(address: number): string {
  return formatAddress(BigInt(address));
}
