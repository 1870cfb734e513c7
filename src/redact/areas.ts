/** The VMAs of processes, as far as their images came before. */
import { VMA } from '../checkpoint/vma.ts';
import { CritError } from '../error.ts';

/** What is known of an address. */
export interface Area {
  readonly pid: number;
  /** `[heap]`, `[stack]`, `[file]`, .. */
  readonly kind: string;
  readonly prot: string;
  /** Id of the mapped file. */
  readonly file: number | undefined;
  /** Of shared memory, its ID. */
  readonly shmem: number | undefined;
  /** Whether it is the code of a program: it can be run and not written, and comes from a file. */
  readonly isCode: boolean;
}

interface Areas {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** shmid, prot, flags and status of each. */
  readonly facts: Float64Array;
  readonly stack: number;
}

/** Numbers of a VMA in a line as crit-cat writes it. */
const PLAIN =
  /\{"start":"?(\d+)"?,"end":"?(\d+)"?,"pgoff":"?\d+"?,"shmid":"?(\d+)"?,"prot":(\d+),"flags":(\d+),"status":(\d+),/g;
const STACK = /"mm_start_stack":"?(\d+)/;
const AUXV = /"mm_saved_auxv":\[([\d,"]*)\]/;
const AT_PAGESZ = 6;
const AT_NULL = 0;
const FACTS = 4;

export class AddressSpaces {
  /** By the directory of their image and the pid. */
  readonly #areas = new Map<string, Areas>();
  readonly #pageSizes = new Map<string, number>();

  /** Takes the line of an mm image; `plain` gives it as crit-cat writes it, where it is not. */
  take(image: string, pid: number, text: string, plain: () => string): void {
    if (!this.#take(image, pid, text) && !this.#take(image, pid, plain()))
      throw new CritError('format', 'its areas cannot be read', { image });
  }

  #take(image: string, pid: number, line: string): boolean {
    const key = keyOf(image, pid);
    const auxv = AUXV.exec(line)?.[1]?.replaceAll('"', '').split(',').map(Number) ?? [];
    for (let at = 0; at + 1 < auxv.length && auxv[at] !== AT_NULL; at += 2)
      if (auxv[at] === AT_PAGESZ) this.#pageSizes.set(directoryOf(image), auxv[at + 1] ?? 0);
    const count = line.split('"start":').length - 1;
    const starts = new Float64Array(count);
    const ends = new Float64Array(count);
    const facts = new Float64Array(count * FACTS);
    let index = 0;
    for (const [, start, end, ...rest] of line.matchAll(PLAIN)) {
      starts[index] = Number(start);
      ends[index] = Number(end);
      facts.set(rest.map(Number), index * FACTS);
      index++;
    }
    if (index !== count) return false;
    this.#areas.set(key, { starts, ends, facts, stack: Number(STACK.exec(line)?.[1] ?? -1) });
    return true;
  }

  /** Bytes in a page, where processes were told. */
  pageSizeOf(image: string): number | undefined {
    return this.#pageSizes.get(directoryOf(image));
  }

  /** Whether the areas of a process are known. */
  knows(image: string, pid: number): boolean {
    return this.#areas.has(keyOf(image, pid));
  }

  at(image: string, pid: number, address: number): Area | undefined {
    const areas = this.#areas.get(keyOf(image, pid));
    if (!areas) return undefined;
    let low = 0;
    let high = areas.ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((areas.ends[middle] ?? 0) > address) high = middle;
      else low = middle + 1;
    }
    return (areas.starts[low] ?? Infinity) <= address ? areaOf(areas, low, pid) : undefined;
  }

  /** Areas of any process that map some shared memory. */
  *mapping(image: string, shmem: number): Generator<Area, void, undefined> {
    const directory = directoryOf(image);
    for (const [key, areas] of this.#areas) {
      if (!key.startsWith(`${directory}\0`)) continue;
      for (let index = 0; index < areas.starts.length; index++) {
        const [shmid = 0, , , status = 0] = factsOf(areas, index);
        if (shmid === shmem && (status & VMA.ANON_SHARED) !== 0)
          yield areaOf(areas, index, Number(key.slice(directory.length + 1)));
      }
    }
  }
}

function areaOf(areas: Areas, index: number, pid: number): Area {
  const [shmid = 0, prot = 0, , status = 0] = factsOf(areas, index);
  const isFile = (status & (VMA.FILE_PRIVATE | VMA.FILE_SHARED)) !== 0;
  const { stack } = areas;
  const hasStack = stack >= (areas.starts[index] ?? 0) && stack < (areas.ends[index] ?? 0);
  return {
    pid,
    kind: kindOf(status, hasStack),
    prot: `${prot & 1 ? 'r' : '-'}${prot & 2 ? 'w' : '-'}${prot & 4 ? 'x' : '-'}`,
    file: isFile ? shmid : undefined,
    shmem: (status & VMA.ANON_SHARED) !== 0 ? shmid : undefined,
    isCode: (prot & 6) === 4 && (status & VMA.FILE_PRIVATE) !== 0,
  };
}

function factsOf({ facts }: Areas, index: number): Float64Array {
  return facts.subarray(index * FACTS, index * FACTS + FACTS);
}

function kindOf(status: number, hasStack: boolean): string {
  if (status & VMA.VDSO) return '[vdso]';
  if (status & VMA.HEAP) return '[heap]';
  if (status & VMA.STACK) return '[stack]';
  if (status & VMA.SYSVIPC) return '[sysv]';
  if (status & VMA.ANON_SHARED) return '[shared]';
  if (status & (VMA.FILE_PRIVATE | VMA.FILE_SHARED)) return '[file]';
  return hasStack ? '[stack]' : '[anon]';
}

function directoryOf(image: string): string {
  return image.slice(0, image.lastIndexOf('/') + 1);
}

function keyOf(image: string, pid: number): string {
  return `${directoryOf(image)}\0${pid}`;
}
