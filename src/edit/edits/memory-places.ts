/** Where a few addresses of each process are in the pages images. */
import { CritError } from '../../error.ts';
import type { Wish } from '../edit.ts';

const AT_PAGESZ = 6;
const ADVICE = 'name the checkpoint itself: crit-edit .. DUMP -C OUT';
/** Runs of pages that are kept where nothing says yet which of them matter. */
const MOST_RUNS = 1_000_000;

interface Range {
  readonly from: number;
  readonly end: number;
}

export interface Run {
  readonly address: number;
  readonly pages: number;
  readonly isPresent: boolean;
  /** Whether its pages begin at a whole page of the pages image. */
  readonly isAligned: boolean;
  /** Bytes of compressed pages in the pages image. */
  readonly packed: number | undefined;
}

interface Memory {
  /** Addresses that matter; undefined where none do. */
  range?: Range | undefined;
  isKnown?: boolean;
  pageSize: number;
  pages?: number;
  runs: Run[];
  /** How much of the pages image the runs before have taken. */
  offset: number;
  /** Where the range is, in parts of the pages image that follow one another. */
  readonly parts: { from: number; end: number; address: number }[];
  problem?: string;
}

export interface Place extends Range {
  readonly pid: string;
}

export class MemoryPlaces {
  readonly #processes = new Map<string, Memory>();
  readonly #passed = new Set<number>();
  #runs = 0;

  /** What mm says of a process; `range` are the addresses that matter. */
  memory(pid: string, range: Range | undefined, auxv: unknown): void {
    const memory = this.#of(pid);
    memory.isKnown = true;
    memory.range = range && range.end > range.from ? range : undefined;
    memory.pageSize = pageSizeOf(auxv);
    const { runs } = memory;
    memory.runs = [];
    for (const run of runs) this.run(pid, run);
    this.#check(memory);
  }

  /** The number of the pages image of a process. */
  pages(pid: string, number: number): void {
    const memory = this.#of(pid);
    memory.pages = number;
    this.#check(memory);
  }

  run(pid: string, run: Run): void {
    const memory = this.#of(pid);
    if (!memory.isKnown) {
      memory.runs.push(run);
      if (++this.#runs > MOST_RUNS) throw new CritError('limit', `too many pages before mm-${pid}.img: ${ADVICE}`);
      return;
    }
    const { range, pageSize } = memory;
    const length = run.pages * pageSize;
    if (run.isAligned) memory.offset = Math.ceil(memory.offset / pageSize) * pageSize;
    const from = memory.offset;
    if (run.isPresent) memory.offset += run.packed ?? length;
    if (!range || run.address >= range.end || run.address + length <= range.from) return;
    if (!run.isPresent) memory.problem = 'is not in this checkpoint, but in one before it or in a file';
    else if (run.packed !== undefined) memory.problem = 'is compressed: crit-cat --decompress first';
    else {
      const start = Math.max(run.address, range.from);
      const end = Math.min(run.address + length, range.end);
      memory.parts.push({ from: from + start - run.address, end: from + end - run.address, address: start });
    }
  }

  /** The places in a pages image. Throws a CritError where they are not all in it. */
  regions(image: string): Place[] {
    const number = Number(/(?:^|\/)pages-(\d+)\.img$/.exec(image)?.[1]);
    this.#passed.add(number);
    const found: Place[] = [];
    for (const [pid, memory] of this.#processes) {
      if (memory.pages !== number || !memory.range) continue;
      const { parts, range, problem } = memory;
      const [first] = parts;
      const last = parts.at(-1);
      if (problem !== undefined) throw new CritError('value', `the memory of process ${pid} with it ${problem}`);
      const isWhole =
        first?.address === range.from &&
        parts.every((part, i) => i === 0 || parts[i - 1]?.end === part.from) &&
        last !== undefined &&
        last.end - first.from === range.end - range.from;
      if (!isWhole || !first || !last)
        throw new CritError('value', `the memory of process ${pid} with it is not in this checkpoint`);
      found.push({ pid, from: first.from, end: last.end });
    }
    return found;
  }

  /** At the end: throws a CritError where memory that matters was never placed. */
  finish(wishes: readonly Wish[]): void {
    if (wishes.every(({ isMet }) => isMet)) return;
    for (const [pid, { range, pages }] of this.#processes)
      if (range && pages === undefined)
        throw new CritError('value', `process ${pid} has no pagemap: its memory is not here`);
  }

  /** Pages that have gone by cannot be changed. */
  #check({ range, pages }: Memory): void {
    if (range && pages !== undefined && this.#passed.has(pages))
      throw new CritError('sequence', `pages-${pages}.img came before the images that say what is in it: ${ADVICE}`);
  }

  #of(pid: string): Memory {
    const memory = this.#processes.get(pid) ?? { pageSize: 4096, runs: [], offset: 0, parts: [] };
    this.#processes.set(pid, memory);
    return memory;
  }
}

function pageSizeOf(auxv: unknown): number {
  if (!Array.isArray(auxv)) return 4096;
  for (let i = 0; i + 1 < auxv.length; i += 2) if (Number(auxv[i]) === AT_PAGESZ) return Number(auxv[i + 1]) || 4096;
  return 4096;
}
