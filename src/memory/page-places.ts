/** Where the pages of a pages image are in address spaces. */
import { basename, dirname } from 'node:path';
import { closeAll } from '../files/close-all.ts';
import type { Span } from '../line/span-piece-writer.ts';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { addressOf, formatAddress } from '../checkpoint/vma.ts';
import { VmaList } from '../checkpoint/vma-list.ts';
import { CheckpointMemory } from './checkpoint-memory.ts';
import type { At } from '../line/line.ts';
import { placeAt } from './memory-lines.ts';
import type { Extent } from './page-store.ts';
import type { ProcessMemory } from './process-memory.ts';

/** A process, VMAs of it, and by how many pages its addresses are ahead of those in the pagemap. */
interface Owner {
  readonly process: ProcessMemory;
  readonly vmas: VmaList;
  readonly shift: number;
}

/** Shared memory: its ID, and the pids of all who map it. */
interface Shared {
  readonly id: number;
  readonly pids: readonly number[];
}

export class PagePlaces {
  readonly #memories = new Map<string, CheckpointMemory>();

  /** The memory of the directory that a file is in. */
  memoryOf(path: string): CheckpointMemory {
    const directory = dirname(path);
    const known = this.#memories.get(directory);
    if (known) return known;
    const memory = new CheckpointMemory(Checkpoint.openDirectory(directory));
    this.#memories.set(directory, memory);
    return memory;
  }

  /**
   * Which bytes of a pages image are where, in order. `isDecompressed`: the image is read with its blocks decompressed.
   * Undefined for other images, and those that no pagemap of the directory is about.
   */
  spans(path: string, isDecompressed: boolean): Iterable<Span> | undefined {
    const id = pagesIdOf(path);
    if (id === undefined) return undefined;
    const memory = this.memoryOf(path);
    const image = memory.checkpoint.pagemaps.get(id);
    const pid = /^pagemap-(\d+)\.img$/.exec(image ?? '')?.[1];
    if (pid !== undefined) {
      const process = memory.process(Number(pid));
      const owner: Owner = { process, vmas: process.vmas, shift: 0 };
      return spansOf(process.store?.own() ?? [], () => owner, undefined, memory.pageSize, isDecompressed);
    }
    const shared = memory.shared.find(({ store }) => store?.image === image);
    if (!shared?.store) return undefined;
    const pids = [...new Set(shared.users.map((user) => user.process.pid))];
    const owners = shared.users.map((user): Owner => {
      const { process: mapper, vma } = user;
      return { process: mapper, vmas: VmaList.of([vma]), shift: vma.page - vma.shmemPage };
    });
    const ownerOf = (page: number): Owner | undefined =>
      owners.find(({ vmas, shift }) => vmas.containing(page + shift) !== undefined);
    return spansOf(shared.store.own(), ownerOf, { id: shared.id, pids }, memory.pageSize, isDecompressed);
  }

  close(): void {
    const checkpoints = Array.from(this.#memories.values(), ({ checkpoint }) => checkpoint);
    this.#memories.clear();
    closeAll(checkpoints);
  }
}

/** The N of pages-N.img. */
export function pagesIdOf(path: string): number | undefined {
  const id = /^pages-(\d+)\.img$/.exec(basename(path))?.[1];
  return id === undefined ? undefined : Number(id);
}

function* spansOf(
  extents: Iterable<Extent>,
  ownerOf: (page: number) => Owner | undefined,
  shared: Shared | undefined,
  pageSize: number,
  isDecompressed: boolean,
): Generator<Span, void, undefined> {
  let written = 0;
  for (const extent of extents) {
    const { page, count, stored, length } = extent;
    const isBlock = stored === 'lz4' && !isDecompressed;
    const start = isDecompressed ? written : extent.offset;
    written += count * pageSize;
    if (stored === 'zero' && !isDecompressed) continue;
    const compressed = isBlock ? { compressed: count * pageSize } : {};
    for (let next = page; next < page + count;) {
      const first = next;
      const owner = ownerOf(first);
      const vma = owner && owner.vmas.at(owner.vmas.find(first + owner.shift));
      const isInside = owner !== undefined && vma !== undefined && vma.page <= first + owner.shift;
      const behind = isInside ? vma.endPage - owner.shift : vma && owner ? vma.page - owner.shift : first + 1;
      const end = isBlock ? page + count : Math.min(page + count, behind);
      const from = start + (first - page) * pageSize;
      const place = (skip: bigint): At | undefined => {
        const offset = formatAddress(addressOf(first, pageSize) + skip);
        const more = shared ? { shmem: shared.id, offset, pids: shared.pids } : undefined;
        const address = addressOf(first + (owner?.shift ?? 0), pageSize) + skip;
        if (isInside) return { ...placeAt(owner.process.pid, address, vma), ...more, ...compressed };
        return more && { ...more, ...compressed };
      };
      yield {
        start: from,
        end: isBlock ? start + length : from + (end - first) * pageSize,
        places: (offset) => place(isBlock ? 0n : BigInt(offset - from)),
      };
      next = end;
    }
  }
}
