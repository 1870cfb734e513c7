/** The address spaces of processes for people and for programs. */
import { pagesOutside } from '../../../checkpoint/count-pages.ts';
import { IN_PARENT, LAZY, PRESENT } from '../../../checkpoint/pagemap-entry.ts';
import { addressOf, formatAddress } from '../../../checkpoint/vma.ts';
import { memoryMap, type MappedVma } from '../../../memory/memory-map.ts';
import type { ProcessMemory } from '../../../memory/process-memory.ts';
import type { ChosenMemory } from '../../io/memory-choice.ts';
import { safeText } from '../../io/terminal.ts';

/** Pages by where they are. */
interface Counts {
  pages: number;
  here: number;
  inParent: number;
  lazy: number;
}

/** Lines of text, in columns, or of JSON. */
export function* mapText(chosen: ChosenMemory, isJson: boolean): Generator<string, void, undefined> {
  for (const process of chosen.processes) yield* isJson ? jsonLines(chosen, process) : textLines(chosen, process);
}

function* textLines({ memory, chooses }: ChosenMemory, process: ProcessMemory): Generator<string, void, undefined> {
  const { pageSize } = memory;
  const row = (range: string, prot: string, { pages, here, inParent, lazy }: Counts, name: string): string => {
    const sizes = columns(...[pages, here, inParent, lazy].map((count) => String((count * pageSize) / 1024)));
    return `  ${range.padEnd(35)}${prot.padEnd(4)} ${sizes}  ${safeText(name)}\n`;
  };
  yield `${process.pid} ${safeText(process.name)}\n`;
  yield `  ${'AREA'.padEnd(35)}PROT ${columns('SIZE', 'SAVED', 'PARENT', 'LAZY')}  NAME (sizes in KiB)\n`;
  const total: Counts = { pages: 0, here: 0, inParent: 0, lazy: 0 };
  for (const mapped of memoryMap(process, process.vmas.filter(chooses))) {
    const { start, end, prot, isShared, name } = mapped.vma;
    yield row(`${start.toString(16)}-${end.toString(16)}`, `${prot}${isShared ? 's' : 'p'}`, mapped, name);
    add(total, mapped);
  }
  yield row('total', '', total, '').replace(/ +\n$/, '\n');
  const outside = outsideOf(process);
  if (outside) yield row(`${outside.first.toString(16)}-${outside.end.toString(16)}`, '', outside, '[outside]');
}

function* jsonLines({ memory, chooses }: ChosenMemory, process: ProcessMemory): Generator<string, void, undefined> {
  const { pageSize } = memory;
  const line = (value: object): string => `${JSON.stringify({ pid: process.pid, comm: process.name, ...value })}\n`;
  for (const mapped of memoryMap(process, process.vmas.filter(chooses))) yield line(jsonOf(mapped, pageSize));
  const outside = outsideOf(process);
  if (!outside) return;
  const { first, end, ...counts } = outside;
  yield line({
    start: formatAddress(first),
    end: formatAddress(end),
    name: '[outside]',
    ...sizesOf(counts, pageSize),
  });
}

/** Pages of a process that no VMA has, and the addresses from the first to behind the last of them. */
function outsideOf(process: ProcessMemory): (Counts & { first: bigint; end: bigint }) | undefined {
  const { store, vmas, pageSize } = process;
  if (!store) return undefined;
  let found: (Counts & { first: bigint; end: bigint }) | undefined;
  for (const { page, count, flags } of pagesOutside(vmas, store.pagemap.runs(0, Infinity))) {
    found ??= { pages: 0, here: 0, inParent: 0, lazy: 0, first: addressOf(page, pageSize), end: 0n };
    found.end = addressOf(page + count, pageSize);
    add(found, {
      pages: count,
      here: (flags & PRESENT) !== 0 ? count : 0,
      inParent: (flags & (PRESENT | IN_PARENT)) === IN_PARENT ? count : 0,
      lazy: (flags & (PRESENT | IN_PARENT | LAZY)) === LAZY ? count : 0,
    });
  }
  return found;
}

function add(total: Counts, { pages, here, inParent, lazy }: Counts): void {
  total.pages += pages;
  total.here += here;
  total.inParent += inParent;
  total.lazy += lazy;
}

function columns(...texts: readonly string[]): string {
  return texts.map((text) => text.padStart(9)).join('');
}

/** Sizes in bytes. */
function sizesOf({ pages, here, inParent, lazy }: Counts, pageSize: number): object {
  return {
    size: pages * pageSize,
    saved: here * pageSize,
    parent: inParent * pageSize,
    lazy: lazy * pageSize,
  };
}

function jsonOf(mapped: MappedVma, pageSize: number): object {
  const { start, end, prot, isShared, name, shmem, backing } = mapped.vma;
  return {
    start: formatAddress(start),
    end: formatAddress(end),
    prot,
    shared: isShared,
    name,
    ...(shmem !== undefined && { shmem }),
    rest: backing,
    ...sizesOf(mapped, pageSize),
    in_shared: mapped.shared * pageSize,
  };
}
