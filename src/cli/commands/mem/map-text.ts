/** The address spaces of processes for people and for programs. */
import { formatAddress } from '../../../memory/choose-areas.ts';
import { memoryMap, type MappedArea } from '../../../memory/memory-map.ts';
import type { ChosenMemory } from '../../io/memory-choice.ts';
import { safeText } from '../../io/terminal.ts';

/** Lines of text, in columns, or of JSON. */
export function* mapText(
  { memory, processes, chooses }: ChosenMemory,
  isJson: boolean,
): Generator<string, void, undefined> {
  const kilobytes = memory.pageSize / 1024;
  for (const process of processes) {
    if (!isJson) {
      yield `${process.pid} ${safeText(process.name)}\n`;
      yield `  ${'AREA'.padEnd(35)}PROT ${columns('SIZE', 'SAVED', 'PARENT', 'LAZY')}  NAME (sizes in KiB)\n`;
    }
    for (const mapped of memoryMap(process, process.areas.filter(chooses))) {
      const { area, pages, here, inParent, lazy } = mapped;
      if (isJson) {
        yield `${JSON.stringify({ pid: process.pid, comm: process.name, ...jsonOf(mapped, memory.pageSize) })}\n`;
        continue;
      }
      const [start, end] = addressesOf(mapped, memory.pageSize);
      const sizes = columns(...[pages, here, inParent, lazy].map((count) => String(count * kilobytes)));
      yield `  ${`${start}-${end}`.padEnd(35)}${area.prot}${area.isShared ? 's' : 'p'} ${sizes}  ${safeText(area.name)}\n`;
    }
  }
}

function columns(...texts: readonly string[]): string {
  return texts.map((text) => text.padStart(9)).join('');
}

function addressesOf({ area }: MappedArea, pageSize: number): [string, string] {
  const at = (page: number): string => (BigInt(page) * BigInt(pageSize)).toString(16);
  return [at(area.start), at(area.end)];
}

/** Sizes in bytes. */
function jsonOf({ area, pages, here, inParent, lazy, shared }: MappedArea, pageSize: number): object {
  return {
    start: formatAddress(BigInt(area.start) * BigInt(pageSize)),
    end: formatAddress(BigInt(area.end) * BigInt(pageSize)),
    prot: area.prot,
    shared: area.isShared,
    name: area.name,
    ...(area.shmem !== undefined && { shmem: area.shmem }),
    rest: area.backing,
    size: pages * pageSize,
    saved: here * pageSize,
    parent: inParent * pageSize,
    lazy: lazy * pageSize,
    in_shared: shared * pageSize,
  };
}
