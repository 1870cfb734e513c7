/** The pages that a checkpoint has, in the order of their numbers, as runs of whole pages. */
import { CritError } from '../error.ts';
import { addressOf, formatAddress, type Vma } from '../checkpoint/vma.ts';
import type { Readable, SegmentReader } from '../memory/read-segments.ts';

export interface PageRun {
  readonly page: number;
  readonly count: number;
  /** Valid until the next run comes. */
  readonly bytes: Buffer;
  readonly vma: Vma | undefined;
}

type Source = Readable & { readonly vma?: Vma };

/** Reads pieces of memory. Throws a CritError where pages were left to a lazy-pages server: what they hold is not known. */
export function* pageRuns(
  reader: SegmentReader,
  pieces: Iterable<Source>,
  pageSize: number,
): Generator<PageRun, void, undefined> {
  // A page can come in two parts: where a buffer ends, and in compressed images.
  const partial = Buffer.alloc(pageSize);
  let held = 0;
  for (const { bytes, piece, skip } of reader.read(known(pieces, pageSize))) {
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

function* known(pieces: Iterable<Source>, pageSize: number): Generator<Source, void, undefined> {
  for (const piece of pieces) {
    if (piece.extent?.stored === 'lazy') {
      const address = formatAddress(addressOf(piece.page, pageSize));
      const hint = 'it cannot be compared; --only with other kinds leaves memory out';
      throw new CritError('io', `the page at ${address} was left to a lazy-pages server: ${hint}`, {
        image: piece.extent.image,
      });
    }
    yield piece;
  }
}
