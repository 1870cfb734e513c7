/** What the pages of an area look like. They are read once, as a stream, and none is held. */
import type { Vma } from '../checkpoint/vma.ts';
import { VmaList } from '../checkpoint/vma-list.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import type { MappedVma } from './memory-map.ts';
import { PageClassifier, type PageClassCounts } from './page-class.ts';
import type { Extent } from './page-store.ts';
import type { Piece, ProcessMemory } from './process-memory.ts';
import { SegmentReader, type Readable } from './read-segments.ts';

/** Areas of shared memory whose classes are kept, so that what a hundred processes map is read once. */
const MOST_KEPT = 10_000;

export class AreaContents {
  readonly #reader: SegmentReader;
  readonly #classifier: PageClassifier;
  readonly #pageSize: number;
  readonly #partial: Buffer;
  readonly #shared = new Map<string, Readonly<PageClassCounts>>();

  constructor({ files, pageSize }: CheckpointMemory) {
    this.#pageSize = pageSize;
    this.#reader = new SegmentReader(files, pageSize);
    this.#classifier = new PageClassifier(pageSize);
    this.#partial = Buffer.alloc(pageSize);
  }

  /** The pages of a VMA that are saved in this dump, by class: as many as `here`. Throws a CritError where they cannot be read. */
  of(process: ProcessMemory, { vma, pages, here, inParent, shared }: MappedVma): Readonly<PageClassCounts> {
    if (here === 0) return noPages();
    if (shared === 0 || shared !== here + inParent) return this.#read(process, vma);
    const key = `${vma.shmem} ${vma.shmemPage} ${pages} ${isExecutable(vma)}`;
    const known = this.#shared.get(key);
    if (known) return known;
    const found = this.#read(process, vma);
    if (this.#shared.size < MOST_KEPT) this.#shared.set(key, found);
    return found;
  }

  #read(process: ProcessMemory, vma: Vma): PageClassCounts {
    return this.ofExtents(extentsOf(process.pieces(vma.page, vma.endPage, VmaList.of([vma]))), isExecutable(vma));
  }

  /** The same of any pages. */
  ofExtents(extents: Iterable<Extent>, canExecute: boolean): PageClassCounts {
    const counts = noPages();
    const count = (page: Buffer): void => {
      counts[this.#classifier.classOf(page, canExecute)]++;
    };
    const size = this.#pageSize;
    let held = 0;
    for (const { bytes } of this.#reader.read(savedHere(extents, counts))) {
      let at = 0;
      if (held > 0) {
        at = bytes.copy(this.#partial, held);
        held += at;
        if (held < size) continue;
        count(this.#partial);
        held = 0;
      }
      for (; at + size <= bytes.length; at += size) count(bytes.subarray(at, at + size));
      held = bytes.copy(this.#partial, 0, at);
    }
    return counts;
  }
}

function noPages(): PageClassCounts {
  return { zero: 0, text: 0, code: 0, random: 0, other: 0 };
}

function isExecutable({ prot }: Vma): boolean {
  return prot.includes('x');
}

function* extentsOf(pieces: Iterable<Piece>): Generator<Extent, void, undefined> {
  for (const { extent } of pieces) if (extent) yield extent;
}

/** Those that are stored here; zeros that are stored as nothing need no reading and are counted. */
function* savedHere(extents: Iterable<Extent>, counts: PageClassCounts): Generator<Readable, void, undefined> {
  for (const extent of extents) {
    const { page, count, stored, depth } = extent;
    if (depth > 0) continue;
    if (stored === 'zero') counts.zero += count;
    else yield { page, count, extent };
  }
}
