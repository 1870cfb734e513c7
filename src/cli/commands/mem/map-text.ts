/** The address spaces of processes for people and for programs. */
import { pagesOutside } from '../../../checkpoint/count-pages.ts';
import { IN_PARENT, LAZY, PRESENT } from '../../../checkpoint/pagemap-entry.ts';
import { addressOf, formatAddress } from '../../../checkpoint/vma.ts';
import { AreaContents } from '../../../memory/content-of-areas.ts';
import { memoryMap, type MappedVma } from '../../../memory/memory-map.ts';
import { PAGE_CLASSES, sumOf, type PageClassCounts } from '../../../memory/page-class.ts';
import type { ProcessMemory } from '../../../memory/process-memory.ts';
import type { ChosenMemory } from '../../io/memory-choice.ts';
import { safeText } from '../../io/terminal.ts';

/** Pages by where they are. */
interface Counts {
  pages: number;
  here: number;
  inParent: number;
  lazy: number;
  /** Those here by class, where that is asked for. */
  content?: Readonly<PageClassCounts>;
}

/** Lines of text, in columns, or of JSON; `hasContent`: with what the pages look like, which reads them. */
export function* mapText(
  chosen: ChosenMemory,
  isJson: boolean,
  hasContent: boolean,
): Generator<string, void, undefined> {
  const contents = hasContent ? new AreaContents(chosen.memory) : undefined;
  for (const process of chosen.processes)
    yield* isJson ? jsonLines(chosen, process, contents) : textLines(chosen, process, contents);
}

function* mapOf(
  { chooses }: ChosenMemory,
  process: ProcessMemory,
  contents: AreaContents | undefined,
): Generator<MappedVma & Counts, void, undefined> {
  for (const mapped of memoryMap(process, process.vmas.filter(chooses)))
    yield contents ? { ...mapped, content: contents.of(process, mapped) } : mapped;
}

function* textLines(
  chosen: ChosenMemory,
  process: ProcessMemory,
  contents: AreaContents | undefined,
): Generator<string, void, undefined> {
  const { pageSize } = chosen.memory;
  const row = (range: string, prot: string, counts: Counts, name: string): string => {
    const { pages, here, inParent, lazy, content } = counts;
    const all = [pages, here, inParent, lazy, ...(content ? PAGE_CLASSES.map((each) => content[each]) : [])];
    const sizes = columns(...all.map((count) => String((count * pageSize) / 1024)));
    return `  ${range.padEnd(35)}${prot.padEnd(4)} ${sizes}  ${safeText(name)}\n`;
  };
  const classes = contents ? PAGE_CLASSES.map((each) => each.toUpperCase()) : [];
  yield `${process.pid} ${safeText(process.name)}\n`;
  yield `  ${'AREA'.padEnd(35)}PROT ${columns('SIZE', 'SAVED', 'PARENT', 'LAZY', ...classes)}  NAME (sizes in KiB)\n`;
  const total = nothing(contents);
  for (const mapped of mapOf(chosen, process, contents)) {
    const { start, end, prot, isShared, name } = mapped.vma;
    yield row(`${start.toString(16)}-${end.toString(16)}`, `${prot}${isShared ? 's' : 'p'}`, mapped, name);
    add(total, mapped);
  }
  yield row('total', '', total, '').replace(/ +\n$/, '\n');
  const outside = outsideOf(process, contents);
  if (outside) yield row(`${outside.first.toString(16)}-${outside.end.toString(16)}`, '', outside, '[outside]');
}

function* jsonLines(
  chosen: ChosenMemory,
  process: ProcessMemory,
  contents: AreaContents | undefined,
): Generator<string, void, undefined> {
  const { pageSize } = chosen.memory;
  const line = (value: object): string => `${JSON.stringify({ pid: process.pid, comm: process.name, ...value })}\n`;
  for (const mapped of mapOf(chosen, process, contents)) yield line(jsonOf(mapped, pageSize));
  const outside = outsideOf(process, contents);
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
function outsideOf(
  process: ProcessMemory,
  contents: AreaContents | undefined,
): (Counts & { first: bigint; end: bigint }) | undefined {
  const { store, vmas, pageSize } = process;
  if (!store) return undefined;
  let found: (Counts & { first: bigint; end: bigint }) | undefined;
  for (const { page, count, flags } of pagesOutside(vmas, store.pagemap.runs(0, Infinity))) {
    found ??= { ...nothing(contents), first: addressOf(page, pageSize), end: 0n };
    found.end = addressOf(page + count, pageSize);
    add(found, {
      pages: count,
      here: (flags & PRESENT) !== 0 ? count : 0,
      inParent: (flags & (PRESENT | IN_PARENT)) === IN_PARENT ? count : 0,
      lazy: (flags & (PRESENT | IN_PARENT | LAZY)) === LAZY ? count : 0,
      ...(contents && { content: contents.ofExtents(store.extents(page, page + count), false) }),
    });
  }
  return found;
}

function nothing(contents: AreaContents | undefined): Counts {
  const none = { pages: 0, here: 0, inParent: 0, lazy: 0 };
  return contents ? { ...none, content: contents.ofExtents([], false) } : none;
}

function add(total: Counts, { pages, here, inParent, lazy, content }: Counts): void {
  total.pages += pages;
  total.here += here;
  total.inParent += inParent;
  total.lazy += lazy;
  if (total.content && content) total.content = sumOf(total.content, content);
}

function columns(...texts: readonly string[]): string {
  return texts.map((text) => text.padStart(9)).join('');
}

/** Sizes in bytes. */
function sizesOf({ pages, here, inParent, lazy, content }: Counts, pageSize: number): object {
  return {
    size: pages * pageSize,
    saved: here * pageSize,
    parent: inParent * pageSize,
    lazy: lazy * pageSize,
    ...(content && {
      content: Object.fromEntries(PAGE_CLASSES.map((each) => [each, content[each] * pageSize])),
    }),
  };
}

function jsonOf(mapped: MappedVma & Counts, pageSize: number): object {
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
