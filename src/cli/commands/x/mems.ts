import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import type { Process } from '../../../checkpoint/process.ts';
import { VMA, formatAddress } from '../../../checkpoint/vma.ts';
import { SharedNumbers, filePath, nameVma, shownName, type NamedVma } from './crit-names.ts';
import type { View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly exe: string | undefined;
  readonly vmas: () => Iterable<NamedVma>;
}

/** Memory areas. */
export const mems: View<Part> = {
  *parts(checkpoint) {
    const numbers = new SharedNumbers();
    for (const process of checkpoint.processes) {
      const mm = process.isGone ? undefined : process.readMm();
      yield {
        process,
        exe: mm && filePath(checkpoint.files, mm.exe_file_id),
        vmas: () => namedVmas(checkpoint, process, numbers),
      };
    }
  },
  *text({ process, exe, vmas }) {
    yield String(process.pid);
    if (exe !== undefined) yield `\t${'exe'.padEnd(36)}    ${shownName(exe)}`;
    for (const named of vmas()) {
      const { start, end, prot, status } = named.vma;
      const mark = status & VMA.REGULAR ? '' : ' *';
      yield `\t${`${wideHex(start)}-${wideHex(end)}`.padEnd(36)}${prot}${nameOf(named)}${mark}`;
    }
  },
  value({ process: { pid, comm }, exe, vmas }) {
    return { pid, comm, exe, areas: Array.from(vmas(), valueOf) };
  },
  *rows({ process: { pid }, vmas }) {
    for (const named of vmas()) yield { pid, ...valueOf(named) };
  },
};

/** The VMAs of a process with CRIT's names for them; none of one that is gone. */
export function* namedVmas(
  checkpoint: Checkpoint,
  process: Process,
  numbers: SharedNumbers,
): Generator<NamedVma, void, undefined> {
  if (process.isGone) return;
  for (const vma of checkpoint.readVmas(process.pid)) yield nameVma(vma, checkpoint.files, numbers);
}

/** An address of at least eight digits. */
export function wideHex(address: bigint): string {
  return address.toString(16).padStart(8, '0');
}

function nameOf({ vma: { offset }, name, file, isShared }: NamedVma): string {
  if (name === '') return '';
  if (file === undefined) return ` ${name}`;
  return ` ${shownName(name)}${offset === 0n ? '' : ` + ${formatAddress(offset)}`}${isShared ? ' (s)' : ''}`;
}

/** A VMA as a value. */
export function valueOf({ vma: { start, end, prot, offset }, name, file, isShared }: NamedVma): object {
  return {
    start: formatAddress(start),
    end: formatAddress(end),
    prot,
    shared: isShared,
    name,
    ...(file !== undefined && { offset: formatAddress(offset) }),
  };
}
