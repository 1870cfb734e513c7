/** The pages that a checkpoint has, in the order of their numbers, as runs of whole pages. */
import type { Vma } from '../checkpoint/vma.ts';
import type { CheckpointMemory, SharedMemory } from '../memory/checkpoint-memory.ts';
import type { ProcessMemory } from '../memory/process-memory.ts';
import { SegmentReader, type Readable } from '../memory/read-segments.ts';
import type { PageSide } from './compare-pages.ts';

export interface PageRun {
  readonly page: number;
  readonly count: number;
  /** Valid until the next run comes. */
  readonly bytes: Buffer;
  readonly vma: Vma | undefined;
}

type Source = Readable & { readonly vma?: Vma };

/** Is told of pages that were left to a lazy-pages server, so that what they hold is not known. */
export type LeftOut = (pages: number) => void;

/** The pages of a process that are its own, between two numbers. */
export function ownPages(
  { pageSize, files }: CheckpointMemory,
  process: ProcessMemory,
  from: number,
  end: number,
  leftOut: LeftOut,
): PageSide {
  const all = process.vmas;
  const own = all.filter(({ isShared, shmem }) => !isShared || shmem === undefined);
  const pieces = known(process.pieces(from, end, own), leftOut);
  return {
    runs: pageRuns(new SegmentReader(files, pageSize), pieces, pageSize),
    isZero: (page) => all.containing(page)?.backing === 'zero',
  };
}

/** The pages of shared memory, between two numbers. */
export function sharedPages(
  { files, pageSize }: CheckpointMemory,
  { source }: SharedMemory,
  from: number,
  end: number,
  leftOut: LeftOut,
): PageSide {
  const pieces = (function* () {
    for (const extent of source.extents(from, end)) yield { page: extent.page, count: extent.count, extent };
  })();
  return { runs: pageRuns(new SegmentReader(files, pageSize), known(pieces, leftOut), pageSize), isZero: () => true };
}

/** Reads pieces of memory. */
function* pageRuns(
  reader: SegmentReader,
  pieces: Iterable<Source>,
  pageSize: number,
): Generator<PageRun, void, undefined> {
  // A page can come in two parts: where a buffer ends, and in compressed images.
  const partial = Buffer.alloc(pageSize);
  let held = 0;
  for (const { bytes, piece, skip } of reader.read(pieces)) {
    let at = 0;
    if (held > 0) {
      at = bytes.copy(partial, held, 0, pageSize - held);
      held += at;
      if (held < pageSize) continue;
      yield { page: piece.page + (skip + at) / pageSize - 1, count: 1, bytes: partial, vma: piece.vma };
    }
    const count = Math.floor((bytes.length - at) / pageSize);
    const end = at + count * pageSize;
    const page = piece.page + (skip + at) / pageSize;
    if (count > 0) yield { page, count, bytes: bytes.subarray(at, end), vma: piece.vma };
    held = bytes.copy(partial, 0, end);
  }
}

function* known(pieces: Iterable<Source>, leftOut: LeftOut): Generator<Source, void, undefined> {
  for (const piece of pieces) {
    if (piece.extent?.stored === 'lazy') leftOut(piece.count);
    else yield piece;
  }
}
