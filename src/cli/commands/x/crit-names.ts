/** What CRIT calls files, sockets and memory, in the outputs of `crit x`. */
import { formatQuotedPrintable } from '../../../codec/quoted-printable.ts';
import type { FileTable } from '../../../checkpoint/file-table.ts';
import { textOf } from '../../../checkpoint/text.ts';
import { MAP_GROWSDOWN, VMA, type Vma } from '../../../checkpoint/vma.ts';
import { safeText } from '../../io/terminal.ts';
import type { FdTypes, UnixSkEntry } from '../../../schema/generated/messages.ts';

const UNKNOWN_PATH = 'unknown path';

/** A name on one line, safe for a terminal; tabs, which do no harm, stay as CRIT prints them. */
export function shownName(name: string): string {
  return name.split('\t').map(safeText).join('\t');
}

/** What a descriptor is open on: a path, `pipe[7]`, `unix[3 (4) name]`, or `EVENTFD.5`. */
export function fileName(files: FileTable, type: FdTypes, id: number): string {
  if (type === 'REG') return filePath(files, id);
  if (type === 'PIPE') return `pipe[${files.entry(id)?.pipe?.pipe_id ?? '?'}]`;
  if (type === 'UNIXSK') {
    const socket = files.entry(id)?.usk;
    if (!socket) return 'unix[?]';
    const name = socketName(socket);
    return `unix[${socket.ino} (${socket.peer})${name === '' ? '' : ` ${name}`}]`;
  }
  return `${type}.${id}`;
}

/** The path of a regular file or directory. */
export function filePath(files: FileTable, id: number): string {
  const name = files.entry(id)?.reg?.name;
  return (name === undefined ? '' : textOf(name)) || UNKNOWN_PATH;
}

/** The name of a unix socket as quoted-printable text: it may have any bytes in it. */
export function socketName(socket: UnixSkEntry): string {
  return formatQuotedPrintable(Buffer.from(socket.name, 'base64'));
}

/** Short numbers for the ids of shared memory, from 1, in the order in which they are met. */
export class SharedNumbers {
  readonly #numbers = new Map<number, number>();

  of(id: number): string {
    const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
    this.#numbers.set(id, number);
    return number.toString(16);
  }
}

/** A VMA as CRIT tells of it. */
export interface NamedVma {
  readonly vma: Vma;
  /** A path, `shmem[1]`, `[stack]`, or nothing. */
  readonly name: string;
  /** Path of the mapped file. */
  readonly file: string | undefined;
  readonly isShared: boolean;
}

export function nameVma(vma: Vma, files: FileTable, numbers: SharedNumbers): NamedVma {
  const { status, flags, shmid, isShared } = vma;
  const isFile = vma.file !== undefined && (status & (VMA.SYSVIPC | VMA.ANON_SHARED | VMA.SOCKET)) === 0;
  if (!isFile) return { vma, name: bracketName(status, flags, shmid, numbers), file: undefined, isShared };
  const path = filePath(files, shmid);
  return { vma, name: path, file: path, isShared: (status & VMA.FILE_SHARED) !== 0 };
}

/** The order is CRIT's. */
function bracketName(status: number, flags: number, shmid: number, numbers: SharedNumbers): string {
  if (status & VMA.SYSVIPC) return `ips[${numbers.of(shmid)}]`;
  if (status & VMA.ANON_SHARED) return `shmem[${numbers.of(shmid)}]`;
  if (status & VMA.SOCKET) return `packet[${numbers.of(shmid)}]`;
  if (status & VMA.STACK) return '[stack]';
  if (status & VMA.VSYSCALL) return '[vsyscall]';
  if (status & VMA.VDSO) return '[vdso]';
  return flags & MAP_GROWSDOWN ? '[stack?]' : '';
}
