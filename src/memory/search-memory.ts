/** Finds bytes in the memory of a checkpoint: each process's own, then what is shared, once. */
import type { Finder, Match } from '../search/finder.ts';
import { NOWHERE, addressOf, pageOf, type Vma } from '../checkpoint/vma.ts';
import type { CheckpointMemory, SharedMemory } from './checkpoint-memory.ts';
import type { ProcessMemory } from './process-memory.ts';
import { SegmentReader, type Readable } from './read-segments.ts';
import { searchSegments, type Hit } from './search-segments.ts';

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

/** Memory of one process, or one shared memory. */
export interface Space<M extends Match = Match> {
  readonly process: ProcessMemory | undefined;
  matches(): Generator<Found<M>, void, undefined>;
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

/** All that is to be searched, one after another. */
export function* searchMemory<M extends Match>(
  memory: CheckpointMemory,
  finder: Finder<M>,
  options: SearchOptions,
): Generator<Space<M>, void, undefined> {
  const reader = new SegmentReader(memory.files, memory.pageSize);
  const hits = <P extends Readable>(pieces: Iterable<P>): Generator<Hit<P, M>, void, undefined> =>
    searchSegments(reader.read(pieces), finder, memory.pageSize, options.context);

  for (const process of options.processes) {
    yield {
      process,
      *matches() {
        const vmas = process.vmas.filter((vma) => options.chooses(vma) && !isOfShared(vma));
        for (const { piece, skip, bytes, match } of hits(process.pieces(0, Infinity, vmas))) {
          const address = addressOf(piece.page, memory.pageSize) + BigInt(skip);
          const vma = vmas.containing(pageOf(address, memory.pageSize)) ?? piece.vma;
          yield { places: [{ process, vma, address }], shared: undefined, bytes, match };
        }
        if (options.outside !== true) return;
        for (const { piece, skip, bytes, match } of hits(outsideOf(process, 0, Infinity))) {
          const address = addressOf(piece.page, memory.pageSize) + BigInt(skip);
          yield { places: [{ process, vma: OUTSIDE, address }], shared: undefined, bytes, match };
        }
      },
    };
  }
  const chosen = new Set(options.processes);
  for (const shared of memory.shared) {
    const users = shared.users.filter(({ process, vma }) => chosen.has(process) && options.chooses(vma));
    if (users.length === 0 && !options.isAll) continue;
    const ranges = options.isAll ? [{ start: 0, end: Infinity }] : rangesOf(users.map(({ vma }) => vma));
    yield {
      process: undefined,
      *matches() {
        for (const { piece, skip, bytes, match } of hits(extentsOf(shared, ranges))) {
          const offset = addressOf(piece.page, memory.pageSize) + BigInt(skip);
          const places = users.flatMap(({ process, vma }): Place[] => {
            const address = offset + addressOf(vma.page - vma.shmemPage, memory.pageSize);
            return address >= vma.start && address < vma.end ? [{ process, vma, address }] : [];
          });
          yield { places, shared: { name: shared.name, id: shared.id, offset }, bytes, match };
        }
      },
    };
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

interface PageRange {
  readonly start: number;
  end: number;
}

/** Which pages of a shared memory some VMAs map, in order, none twice. */
function rangesOf(vmas: readonly Vma[]): PageRange[] {
  const all = vmas.map((vma) => ({ start: vma.shmemPage, end: vma.shmemPage + vma.endPage - vma.page }));
  all.sort((a, b) => a.start - b.start);
  const merged: PageRange[] = [];
  for (const range of all) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push(range);
  }
  return merged;
}

function* extentsOf(shared: SharedMemory, ranges: readonly PageRange[]): Generator<Readable, void, undefined> {
  for (const { start, end } of ranges) {
    for (const extent of shared.source.extents(start, end)) yield { page: extent.page, count: extent.count, extent };
  }
}
