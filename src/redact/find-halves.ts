/**
 * Finds secrets in memory as a restore puts it together, of which parts stand in different pages images: in a dump and in the one
 * before, or in memory of a process and in a shared one behind it.
 */
import type { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { SegmentReader, isThere, type Readable } from '../memory/read-segments.ts';
import { isOfShared, outsideOf } from '../memory/search-memory.ts';
import { AROUND_MATCH } from '../search/finder.ts';
import { ByteStream } from './byte-stream.ts';
import type { Half } from './halves.ts';
import { Scanner, type Hit, type Sought } from './scanner.ts';

/** Pages between two numbers, in order. */
type PagesBetween = (from: number, end: number) => Iterable<Readable>;

/** Takes a part with the path of its pages image. */
export type OnHalf = (path: string, half: Half) => void;

/**
 * Tells of all parts. What stands in one pages image with all that is near it is not told: it is found there. Yields now and then.
 */
export function* findHalves(
  memory: CheckpointMemory,
  sought: readonly Sought[],
  onHalf: OnHalf,
): Generator<void, void, undefined> {
  const search = new BorderSearch(memory, sought, onHalf);
  for (const process of memory.processes) {
    const vmas = process.vmas.filter((vma) => !isOfShared(vma));
    yield* search.run((from, end) => process.pieces(from, end, vmas));
    yield* search.run((from, end) => outsideOf(process, from, end));
  }
  for (const { source } of memory.shared)
    yield* search.run(function* (from, end) {
      for (const extent of source.extents(from, end)) yield { page: extent.page, count: extent.count, extent };
    });
}

class BorderSearch {
  readonly #pageSize: number;
  readonly #reader: SegmentReader;
  readonly #scanner: Scanner;
  readonly #onHalf: OnHalf;

  constructor({ files, pageSize }: CheckpointMemory, sought: readonly Sought[], onHalf: OnHalf) {
    this.#pageSize = pageSize;
    this.#reader = new SegmentReader(files, pageSize);
    this.#scanner = new Scanner(sought);
    this.#onHalf = onHalf;
  }

  *run(pages: PagesBetween): Generator<void, void, undefined> {
    for (const { from, end } of mixedRuns(pages)) {
      const start = from * this.#pageSize;
      const stream = new ByteStream(this.#scanner, {
        found: (hit, offset) => {
          this.#take(pages, from, end, start + offset, hit);
          return true;
        },
        overwrite() {},
        settle() {},
      });
      for (const { bytes } of this.#reader.read(pages(from, end))) {
        stream.push(bytes);
        yield;
      }
      stream.border();
    }
  }

  /** Takes what was found at an address in a run of pages. */
  #take(pages: PagesBetween, from: number, end: number, address: number, { match, ...secret }: Hit): void {
    const size = this.#pageSize;
    const length = secret.end - secret.start;
    const first = address - (secret.start - match.start) - AROUND_MATCH;
    const last = address + (match.end - secret.start) + AROUND_MATCH;
    const around = [...pages(Math.max(from, Math.floor(first / size)), Math.min(end, Math.ceil(last / size)))];
    if (new Set(around.map(({ extent }) => extent?.path).filter(Boolean)).size < 2) return;
    for (const { page, count, extent } of around) {
      const start = Math.max(address, page * size);
      const stop = Math.min(address + length, (page + count) * size);
      if (!extent || start >= stop || extent.path === '') continue;
      const inImage = extent.page * size + start - page * size;
      this.#onHalf(extent.path, { address: inImage, length: stop - start, rule: secret.rule });
    }
  }
}

/** Pages that follow one another and stand in more than one pages image. */
function* mixedRuns(pages: PagesBetween): Generator<{ from: number; end: number }, void, undefined> {
  let from = 0;
  let end = -1;
  let path = '';
  let isMixed = false;
  for (const piece of pages(0, Infinity)) {
    if (!isThere(piece)) continue;
    const here = piece.extent?.path ?? '';
    if (piece.page !== end) {
      if (isMixed) yield { from, end };
      from = piece.page;
      path = here;
      isMixed = false;
    } else if (here !== '' && here !== path) {
      // Zeros are in no image.
      isMixed ||= path !== '';
      path = here;
    }
    end = piece.page + piece.count;
  }
  if (isMixed) yield { from, end };
}
