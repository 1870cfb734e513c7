/** The address space of a process for people who look at it: not more areas than they can see. */
import { ifReadable } from '../checkpoint/if-readable.ts';
import { VMA, type Vma } from '../checkpoint/vma.ts';
import type { AreaContents } from '../memory/content-of-areas.ts';
import { memoryMap, type MappedVma } from '../memory/memory-map.ts';
import { sumOf, type PageClassCounts } from '../memory/page-class.ts';
import type { ProcessMemory } from '../memory/process-memory.ts';

/** What an area is for, as far as its kind says: `code` and `data` are of a file, `mapped` is a file that others see too. */
export const AREA_KINDS = ['code', 'data', 'heap', 'stack', 'anon', 'shared', 'mapped', 'kernel'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** Pages by where they are: in all, in this dump, in those before it, left to a lazy-pages server. */
export interface AreaPages {
  readonly pages: number;
  readonly here: number;
  readonly inParent: number;
  readonly lazy: number;
  /** Those in this dump by what they look like, where that is asked for and they can be read. */
  readonly content?: Readonly<PageClassCounts>;
}

/** A VMA, or some that follow one another and are told as one. */
export interface Area extends AreaPages {
  /** Undefined where it stands for several. */
  readonly kind: AreaKind | undefined;
  readonly name: string;
  readonly prot: string;
  readonly start: bigint;
  readonly end: bigint;
  /** How many VMAs it stands for. */
  readonly count: number;
}

export interface AddressSpace {
  /** In the order of addresses. */
  readonly areas: readonly Area[];
  /** How many VMAs there are. */
  readonly vmas: number;
  /** Pages in this dump by kind. Those of shared memory are counted with each process that maps them. */
  readonly byKind: Readonly<Record<AreaKind, number>>;
  /** The same by what they look like, where that is asked for. */
  readonly content?: Readonly<PageClassCounts>;
}

/** Above this, more pages of a VMA make no difference where as much is saved of them. */
const PAGES_LIMIT = 2 ** 20;

/**
 * The VMAs of which most is saved, so many, and between them what they left out. Throws a CritError where the images do not tell.
 * `contents` reads the pages that are saved.
 */
export function addressSpaceOf(process: ProcessMemory, most: number, contents?: AreaContents): AddressSpace {
  const byKind = { code: 0, data: 0, heap: 0, stack: 0, anon: 0, shared: 0, mapped: 0, kernel: 0 };
  const vmas = process.vmas.length;
  const { least, ties } = vmas > most ? leastOfMost(process, most) : { least: -1, ties: 0 };
  const areas: Area[] = [];
  let left = ties;
  let between: Area | undefined;
  let content = contents?.ofExtents([], false);
  for (const mapped of memoryMap(process)) {
    const area = areaOf(mapped, contents && ifReadable(() => contents.of(process, mapped)));
    if (content && area.content) content = sumOf(content, area.content);
    byKind[kindOf(mapped.vma)] += mapped.here;
    const weight = weightOf(mapped);
    if (weight > least || (weight === least && left-- > 0)) {
      if (between) areas.push(between);
      between = undefined;
      areas.push(area);
    } else between = between ? joined(between, area) : { ...area, kind: undefined, name: '', prot: '' };
  }
  if (between) areas.push(between);
  return { areas, vmas, byKind, ...(content && { content }) };
}

/** The weight that those have at least which are told, and of how many that have just that. */
function leastOfMost(process: ProcessMemory, most: number): { least: number; ties: number } {
  const weights = new Float64Array(process.vmas.length);
  let index = 0;
  for (const mapped of memoryMap(process)) weights[index++] = weightOf(mapped);
  weights.sort();
  const told = weights.subarray(weights.length - most);
  const least = told[0] ?? 0;
  return { least, ties: told.filter((weight) => weight === least).length };
}

function weightOf({ here, inParent, lazy, pages }: MappedVma): number {
  return (here + inParent + lazy) * PAGES_LIMIT + Math.min(pages, PAGES_LIMIT - 1);
}

function areaOf({ vma, pages, here, inParent, lazy }: MappedVma, content: Readonly<PageClassCounts> | undefined): Area {
  const { name, prot, start, end } = vma;
  const area = { kind: kindOf(vma), name, prot, start, end, count: 1, pages, here, inParent, lazy };
  return content ? { ...area, content } : area;
}

function joined({ content, ...one }: Area, other: Area): Area {
  return {
    ...one,
    ...(content && other.content && { content: sumOf(content, other.content) }),
    end: other.end,
    count: one.count + 1,
    pages: one.pages + other.pages,
    here: one.here + other.here,
    inParent: one.inParent + other.inParent,
    lazy: one.lazy + other.lazy,
  };
}

function kindOf({ status, backing, isShared, shmem, name, prot }: Vma): AreaKind {
  if (backing === 'kernel' || (status & VMA.VDSO) !== 0) return 'kernel';
  if (shmem !== undefined || (status & VMA.SYSVIPC) !== 0) return 'shared';
  if (backing === 'file') return isShared ? 'mapped' : prot.includes('x') ? 'code' : 'data';
  if (name === '[heap]') return 'heap';
  if (name === '[stack]') return 'stack';
  return isShared ? 'shared' : 'anon';
}
