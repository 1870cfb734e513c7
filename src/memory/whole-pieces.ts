import { CritError } from '../error.ts';
import { NOWHERE, addressOf, formatAddress } from '../checkpoint/vma.ts';
import type { VmaList } from '../checkpoint/vma-list.ts';
import { zeroExtent } from './page-store.ts';
import type { Piece, ProcessMemory } from './process-memory.ts';
import { isThere } from './read-segments.ts';

/** What is done about pages that the images do not have: they end the work, are left out, or count as zeros. */
export type Missing = 'error' | 'skip' | 'zero';

/**
 * The pages of some VMAs between two pages, with something in the place of what is missing.
 *
 * Anonymous pages that were never touched are zeros for the program, and so for "error" as well; "skip" leaves them out.
 */
export function* wholePieces(
  process: ProcessMemory,
  vmas: VmaList,
  from: number,
  end: number,
  missing: Missing,
  pageSize: number,
): Generator<Piece, void, undefined> {
  let next = from;
  for (const piece of process.pieces(from, end, vmas)) {
    if (piece.page > next && missing !== 'skip') yield gap(next, piece.page);
    next = piece.page + piece.count;
    if (isThere(piece)) yield piece;
    else if (missing === 'zero' || (missing === 'error' && isZero(piece))) {
      yield { ...piece, extent: zeroExtent(piece.page, piece.count) };
    } else if (missing === 'error') throw absent(piece.page, reasonOf(piece));
  }
  if (next < end && missing !== 'skip') yield gap(next, end);

  function gap(page: number, behind: number): Piece {
    if (missing === 'error') throw absent(page, 'no area of memory is there');
    const count = behind - page;
    return { page, count, vma: NOWHERE, extent: zeroExtent(page, count), shmem: undefined, shmemPage: 0 };
  }

  function absent(page: number, reason: string): CritError {
    const address = formatAddress(addressOf(page, pageSize));
    return new CritError('io', `process ${process.pid}: nothing at ${address}: ${reason} (see --missing)`);
  }
}

function isZero({ vma, extent }: Piece): boolean {
  return extent === undefined && vma.backing === 'zero';
}

function reasonOf({ vma, extent }: Piece): string {
  if (extent) return 'the page was left to a lazy-pages server';
  return vma.backing === 'file' ? `the page is as in the file ${vma.name}` : `${vma.name} is the kernel's`;
}
