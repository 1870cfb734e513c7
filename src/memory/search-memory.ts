/** Finds bytes in the memory of a checkpoint: each process's own, then what is shared, once. */
import type { ReadAhead } from '../files/read-ahead.ts';
import type { Finder, Match } from '../search/finder.ts';
import { NOWHERE, addressOf, pageOf, type Vma } from '../checkpoint/vma.ts';
import type { VmaList } from '../checkpoint/vma-list.ts';
import type { CheckpointMemory, SharedMemory } from './checkpoint-memory.ts';
import type { ProcessMemory } from './process-memory.ts';
import { SegmentReader, type Readable } from './read-segments.ts';
import { ALL_PAGES, gridPages, pagesAround, searchSegments, type Hit, type PageRange } from './search-segments.ts';

/** Where a process sees a match. */
export interface Place {
  readonly process: ProcessMemory;
  readonly vma: Vma;
  readonly address: bigint;
}

export interface Found<M extends Match = Match> {
  /** All places, of which there is none for shared memory that no process maps there. */
  readonly places: readonly Place[];
  /** For shared memory its name, and where in it the match is. */
  readonly shared: { readonly name: string; readonly id: number; readonly offset: bigint } | undefined;
  /** The match, with what stands around it: valid until the next one. */
  readonly bytes: Buffer;
  readonly match: M;
}

/** Memory of one process, or one shared memory. `Wait` is undefined, which asks to wait, where something is read ahead. */
export interface Space<M extends Match = Match, Wait extends undefined = never> {
  readonly process: ProcessMemory | undefined;
  /** Its pages between two, in their order. */
  pieces(first: number, end: number): Iterable<Readable>;
  matches(range?: Pick<PageRange, 'first' | 'end'>): Generator<Found<M> | Wait, void, undefined>;
}

export interface SearchOptions {
  readonly processes: readonly ProcessMemory[];
  readonly chooses: (vma: Vma) => boolean;
  /** Whether shared memory that no process maps is wanted too. */
  readonly isAll: boolean;
  /** Whether pages of processes are wanted too that are in none of their areas, so that CRIU would refuse them. */
  readonly outside?: boolean;
  /** Bytes that are wanted before and behind each match. */
  readonly context: number;
}

/** Reads large pieces of memory while what is before them is searched: its `ready` is to be waited for where undefined comes. */
export interface ReadingAhead {
  readonly ahead: ReadAhead;
}

/** All that is to be searched, one after another; with `outside`, each process twice: its areas, then what is in none of them. */
export function searchMemory<M extends Match>(
  memory: CheckpointMemory,
  finder: Finder<M>,
  options: SearchOptions & ReadingAhead,
): Generator<Space<M, undefined>, void, undefined>;
export function searchMemory<M extends Match>(
  memory: CheckpointMemory,
  finder: Finder<M>,
  options: SearchOptions,
): Generator<Space<M>, void, undefined>;
export function* searchMemory<M extends Match>(
  memory: CheckpointMemory,
  finder: Finder<M>,
  options: SearchOptions & Partial<ReadingAhead>,
): Generator<Space<M, undefined>, void, undefined> {
  const { pageSize } = memory;
  const { context } = options;
  const reader = new SegmentReader(memory.files, pageSize, options.ahead);
  const around = pagesAround(finder, pageSize, context);
  type Pieces<P extends Readable> = (first: number, end: number) => Iterable<P>;
  const hitsIn = <P extends Readable>(
    pieces: Pieces<P>,
    range: PageRange,
  ): Generator<Hit<P, M> | undefined, void, undefined> => {
    const segments = reader.read(pieces(Math.max(0, range.first - around.before), range.end + around.behind));
    return searchSegments(segments, finder, pageSize, context, range);
  };
  /** Memory with what is known of each match from its address. */
  const spaceOf = <P extends Readable>(
    process: ProcessMemory | undefined,
    pieces: Pieces<P>,
    about: (address: bigint, piece: P) => Pick<Found<M>, 'places' | 'shared'>,
  ): Space<M, undefined> => ({
    process,
    pieces,
    *matches({ first, end } = ALL_PAGES) {
      const taken = yield* overlapAt(first, finder.reach, pageSize, (range) => hitsIn(pieces, range));
      for (const hit of hitsIn(pieces, { first, end, taken })) {
        if (!hit) {
          yield undefined;
          continue;
        }
        const { piece, skip, bytes, match } = hit;
        yield { ...about(addressOf(piece.page, pageSize) + BigInt(skip), piece), bytes, match };
      }
    },
  });

  for (const process of options.processes) {
    const vmas = (): VmaList => process.vmas.filter((vma) => options.chooses(vma) && !isOfShared(vma));
    yield spaceOf(
      process,
      (first, end) => process.pieces(first, end, vmas()),
      (address, piece) => {
        const vma = process.vmas.containing(pageOf(address, pageSize)) ?? piece.vma;
        return { places: [{ process, vma, address }], shared: undefined };
      },
    );
    if (options.outside !== true) continue;
    yield spaceOf(
      process,
      (first, end) => outsideOf(process, first, end),
      (address) => ({ places: [{ process, vma: OUTSIDE, address }], shared: undefined }),
    );
  }
  const chosen = new Set(options.processes);
  for (const shared of memory.shared) {
    const users = shared.users.filter(({ process, vma }) => chosen.has(process) && options.chooses(vma));
    if (users.length === 0 && !options.isAll) continue;
    const ranges = options.isAll ? [{ start: 0, end: Infinity }] : rangesOf(users.map(({ vma }) => vma));
    yield spaceOf(
      undefined,
      (first, end) => extentsOf(shared, ranges, first, end),
      (offset) => {
        const places = users.flatMap(({ process, vma }): Place[] => {
          const address = offset + addressOf(vma.page - vma.shmemPage, pageSize);
          return address >= vma.start && address < vma.end ? [{ process, vma, address }] : [];
        });
        return { places, shared: { name: shared.name, id: shared.id, offset } };
      },
    );
  }
}

/**
 * How many bytes behind a border of the grid a match takes that begins before it; undefined asks to wait.
 *
 * Which matches there are follows from where the one before them ends. So the search begins as far before the border as it takes until
 * no match begins within the longest that there can be: whatever came before that, the next match is the same.
 */
function* overlapAt(
  border: number,
  reach: number,
  pageSize: number,
  hits: (range: PageRange) => Iterable<Hit<Readable> | undefined>,
): Generator<undefined, number, undefined> {
  if (border === 0) return 0;
  for (let back = gridPages(pageSize); ; back *= 4) {
    const first = Math.max(0, border - back);
    let isSure = first === 0;
    let isUnsure = false;
    let taken = 0;
    for (const hit of hits({ first, end: border, taken: 0 })) {
      if (!hit) {
        yield undefined;
        continue;
      }
      const { piece, skip, match } = hit;
      isSure ||= (piece.page - first) * pageSize + skip >= reach;
      isUnsure = !isSure;
      if (isUnsure) break;
      taken = (piece.page - border) * pageSize + skip + match.end - match.start;
    }
    if (!isUnsure) return Math.max(0, taken);
  }
}

const OUTSIDE: Vma = { ...NOWHERE, name: '[outside]' };

/** Pages of a process that are between its areas, as far as they are between two pages. */
export function* outsideOf(
  { store, vmas }: ProcessMemory,
  from: number,
  end: number,
): Generator<Readable, void, undefined> {
  if (!store) return;
  let next = from;
  for (let index = vmas.find(from); index <= vmas.length && next < end; index++) {
    const first = Math.min(vmas.firstPage(index), end);
    if (first > next)
      for (const extent of store.extents(next, first)) yield { page: extent.page, count: extent.count, extent };
    next = Math.max(next, vmas.at(index)?.endPage ?? next);
  }
}

/** Whether an area shows shared memory, which is searched by itself. */
export function isOfShared(vma: Vma): boolean {
  return vma.isShared && vma.shmem !== undefined;
}

interface MappedRange {
  readonly start: number;
  end: number;
}

/** Which pages of a shared memory some VMAs map, in order, none twice. */
function rangesOf(vmas: readonly Vma[]): MappedRange[] {
  const all = vmas.map((vma) => ({ start: vma.shmemPage, end: vma.shmemPage + vma.endPage - vma.page }));
  all.sort((a, b) => a.start - b.start);
  const merged: MappedRange[] = [];
  for (const range of all) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push(range);
  }
  return merged;
}

function* extentsOf(
  shared: SharedMemory,
  ranges: readonly MappedRange[],
  from: number,
  end: number,
): Generator<Readable, void, undefined> {
  for (const range of ranges) {
    const [first, last] = [Math.max(range.start, from), Math.min(range.end, end)];
    if (first >= last) continue;
    for (const extent of shared.source.extents(first, last)) yield { page: extent.page, count: extent.count, extent };
  }
}
