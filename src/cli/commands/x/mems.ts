import { SharedNumbers, readAreas, readMm, type Area } from '../../../checkpoint/areas.ts';
import { isGone, type Process } from '../../../checkpoint/processes.ts';
import { hex, type View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly exe: string | undefined;
  readonly areas: readonly Area[];
}

/** Memory areas. */
export const mems: View<Part> = {
  *parts({ directory, files, processes }) {
    const numbers = new SharedNumbers();
    for (const process of processes) {
      const mm = isGone(process) ? undefined : readMm(directory, process.pid);
      yield {
        process,
        exe: mm && files.path(mm.exe_file_id),
        areas: mm ? [...readAreas(directory, files, numbers, process.pid, mm)] : [],
      };
    }
  },
  *text({ process, exe, areas }, show) {
    yield String(process.pid);
    if (exe !== undefined) yield `\t${'exe'.padEnd(36)}    ${show(exe)}`;
    for (const area of areas) {
      const { start, end, prot, isRegular } = area;
      yield `\t${`${wideHex(start)}-${wideHex(end)}`.padEnd(36)}${prot}${nameOf(area, show)}${isRegular ? '' : ' *'}`;
    }
  },
  value({ process: { pid, comm }, exe, areas }) {
    return { pid, comm, exe, areas: areas.map(valueOf) };
  },
  *rows({ process: { pid }, areas }) {
    for (const area of areas) yield { pid, ...valueOf(area) };
  },
};

/** An address of at least eight digits. */
export function wideHex(address: bigint): string {
  return address.toString(16).padStart(8, '0');
}

function nameOf({ name, file, offset = 0n, isShared }: Area, show: (name: string) => string): string {
  if (name === '') return '';
  if (file === undefined) return ` ${name}`;
  return ` ${show(name)}${offset === 0n ? '' : ` + ${hex(offset)}`}${isShared ? ' (s)' : ''}`;
}

/** An area as a value. */
export function valueOf({ start, end, prot, name, file, offset, isShared }: Area): object {
  return {
    start: hex(start),
    end: hex(end),
    prot,
    shared: isShared,
    name,
    ...(file !== undefined && { offset: hex(offset ?? 0n) }),
  };
}
