/** Finds bytes in the memory of a checkpoint: each process's own, then what is shared, once. */
import type { Finder } from '../search/finder.ts';
import type { Area } from '../checkpoint/area.ts';
import type { CheckpointMemory, SharedMemory } from './checkpoint-memory.ts';
import { findArea, type ProcessMemory } from './process-memory.ts';
import { SegmentReader, type Readable } from './read-segments.ts';
import { searchSegments, type Hit } from './search-segments.ts';

/** Where a process sees a match. */
export interface Place {
  readonly process: ProcessMemory;
  readonly area: Area;
  readonly address: bigint;
}

export interface Found {
  /** All places, of which there is none for shared memory that no process maps there. */
  readonly places: readonly Place[];
  /** For shared memory its name, and where in it the match is. */
  readonly shared: { readonly name: string; readonly id: number; readonly offset: bigint } | undefined;
  /** The match, with what stands around it: valid until the next one. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Memory of one process, or one shared memory. */
export interface Space {
  readonly process: ProcessMemory | undefined;
  matches(): Generator<Found, void, undefined>;
}

export interface SearchOptions {
  readonly processes: readonly ProcessMemory[];
  readonly chooses: (area: Area) => boolean;
  /** Whether shared memory that no process maps is wanted too. */
  readonly isAll: boolean;
  /** Bytes that are wanted before and behind each match. */
  readonly context: number;
}

/** All that is to be searched, one after another. */
export function* searchMemory(
  memory: CheckpointMemory,
  finder: Finder,
  options: SearchOptions,
): Generator<Space, void, undefined> {
  const reader = new SegmentReader(memory.files, memory.pageSize);
  const size = BigInt(memory.pageSize);
  const hits = <P extends Readable>(pieces: Iterable<P>): Generator<Hit<P>, void, undefined> =>
    searchSegments(reader.read(pieces), finder, options.context);

  for (const process of options.processes) {
    const areas = process.areas.filter((area) => options.chooses(area) && !isShared(area));
    yield {
      process,
      *matches() {
        for (const { piece, skip, bytes, start, end } of hits(process.pieces(0, Infinity, areas))) {
          const address = BigInt(piece.page) * size + BigInt(skip);
          const area = areas[findArea(areas, Number(address / size))] ?? piece.area;
          yield { places: [{ process, area, address }], shared: undefined, bytes, start, end };
        }
      },
    };
  }
  for (const shared of memory.shared) {
    const users = shared.users.filter(
      ({ process, area }) => options.processes.includes(process) && options.chooses(area),
    );
    if (users.length === 0 && !options.isAll) continue;
    const ranges = options.isAll ? [{ start: 0, end: Infinity }] : rangesOf(users.map(({ area }) => area));
    yield {
      process: undefined,
      *matches() {
        for (const { piece, skip, bytes, start, end } of hits(extentsOf(shared, ranges))) {
          const offset = BigInt(piece.page) * size + BigInt(skip);
          const places = users.flatMap(({ process, area }): Place[] => {
            const address = offset + BigInt(area.start - area.shmemPage) * size;
            return isIn(area, address / size) ? [{ process, area, address }] : [];
          });
          yield { places, shared: { name: shared.name, id: shared.id, offset }, bytes, start, end };
        }
      },
    };
  }
}

function isShared(area: Area): boolean {
  return area.isShared && area.shmem !== undefined;
}

function isIn(area: Area, page: bigint): boolean {
  return page >= area.start && page < area.end;
}

interface PageRange {
  readonly start: number;
  end: number;
}

/** Which pages of a shared memory some areas map, in order, none twice. */
function rangesOf(areas: readonly Area[]): PageRange[] {
  const all = areas.map((area) => ({ start: area.shmemPage, end: area.shmemPage + area.end - area.start }));
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
