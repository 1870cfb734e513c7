import type { MmEntry, VmaEntry } from '../schema/generated/messages.ts';
import type { FileTable } from './file-table.ts';
import type { ImageDirectory } from './image-directory.ts';

/** A memory area of a process. */
export interface Area {
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  /** `rwx`, with `-` for what is not allowed. */
  readonly prot: string;
  /** As CRIT shows it: a path, `shmem[1]`, `[stack]`, or nothing. */
  readonly name: string;
  /** Path of the mapped file. */
  readonly file?: string;
  /** Where in the file it begins. */
  readonly offset?: bigint;
  readonly isShared: boolean;
  /** Whether it is the program's own, and not the kernel's. */
  readonly isRegular: boolean;
}

const REGULAR = 0x1;
const STACK = 0x2;
const VSYSCALL = 0x4;
const VDSO = 0x8;
const FILE_PRIVATE = 0x40;
const FILE_SHARED = 0x80;
const ANON_SHARED = 0x100;
const SYSVIPC = 0x400;
const SOCKET = 0x800;
const MAP_SHARED = 0x1;
const MAP_GROWSDOWN = 0x100;

/** Short numbers for the ids of shared memory, from 1, in the order in which they are met. */
export class SharedNumbers {
  readonly #numbers = new Map<string, number>();

  of(id: number | string): number {
    const key = String(id);
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** The memory of a process, or undefined where it has none. */
export function readMm(directory: ImageDirectory, pid: number): MmEntry | undefined {
  return directory.firstIfThere(`mm-${pid}.img`, 'MM');
}

/** The areas of a process in the order of their addresses. Older images have them in an image of their own. */
export function* readAreas(
  directory: ImageDirectory,
  files: FileTable,
  numbers: SharedNumbers,
  pid: number,
  mm: MmEntry,
): Generator<Area, void, undefined> {
  const image = `vmas-${pid}.img`;
  const vmas = mm.vmas ?? (directory.has(image) ? directory.entries(image, 'VMAS') : []);
  for (const vma of vmas) yield areaOf(vma, files, numbers);
}

function areaOf(vma: VmaEntry, files: FileTable, numbers: SharedNumbers): Area {
  const { status, prot, flags } = vma;
  const isFile = (status & (FILE_PRIVATE | FILE_SHARED)) !== 0 && (status & (SYSVIPC | ANON_SHARED | SOCKET)) === 0;
  const file = isFile ? files.path(Number(vma.shmid)) : undefined;
  return {
    start: BigInt(vma.start),
    end: BigInt(vma.end),
    prot: `${prot & 1 ? 'r' : '-'}${prot & 2 ? 'w' : '-'}${prot & 4 ? 'x' : '-'}`,
    name: file ?? nameOf(status, flags, vma.shmid, numbers),
    ...(file !== undefined && { file, offset: BigInt(vma.pgoff) }),
    isShared: isFile ? (status & FILE_SHARED) !== 0 : (flags & MAP_SHARED) !== 0,
    isRegular: (status & REGULAR) !== 0,
  };
}

/** The order is CRIT's. */
function nameOf(status: number, flags: number, shmid: number | string, numbers: SharedNumbers): string {
  if (status & SYSVIPC) return `ips[${numbers.of(shmid).toString(16)}]`;
  if (status & ANON_SHARED) return `shmem[${numbers.of(shmid).toString(16)}]`;
  if (status & SOCKET) return `packet[${numbers.of(shmid).toString(16)}]`;
  if (status & STACK) return '[stack]';
  if (status & VSYSCALL) return '[vsyscall]';
  if (status & VDSO) return '[vdso]';
  return flags & MAP_GROWSDOWN ? '[stack?]' : '';
}
