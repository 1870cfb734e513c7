import type { Process } from '../../../checkpoint/process.ts';
import { socketOf, type Socket } from '../../../checkpoint/socket.ts';
import type { FileEntry } from '../../../schema/generated/messages.ts';
import { safeText } from '../../io/terminal.ts';
import { socketName } from './crit-names.ts';
import type { View } from './view.ts';

interface OpenSocket extends Socket {
  readonly fd: number;
  readonly id: number;
}

interface Part {
  readonly process: Process;
  readonly sockets: readonly OpenSocket[];
}

/** Columns and their widths; numbers stand on the right. */
const COLUMNS: readonly (readonly [heading: string, width: number, isNumber?: true])[] = [
  ['PID', 7, true],
  ['FD', 6, true],
  ['FAMILY', 8],
  ['TYPE', 10],
  ['PROTO', 15],
  ['STATE', 12],
  ['SNDBUF', 9, true],
  ['RCVBUF', 9, true],
  ['LOCAL', 24],
  ['PEER', 0],
];

/** Open sockets. */
export const sk: View<Part> = {
  heading: row(COLUMNS.map(([heading]) => heading)),
  *parts({ files, processes }) {
    for (const process of processes) {
      const sockets: OpenSocket[] = [];
      for (const { fd, id } of process.isGone ? [] : process.readDescriptors()) {
        const entry = files.entry(id);
        const socket = entry && critSocket(entry);
        if (socket) sockets.push({ fd, id, ...socket });
      }
      yield { process, sockets };
    }
  },
  *text({ process: { pid }, sockets }) {
    for (const { fd, family, type, protocol, state, sndbuf, rcvbuf, local, peer } of sockets) {
      yield safeText(
        row([pid, fd, family, type, protocol, state, sndbuf, rcvbuf, local || '*', peer || '*'].map(String)),
      );
    }
  },
  value({ process: { pid, comm }, sockets }) {
    return { pid, comm, sockets };
  },
  *rows({ process: { pid }, sockets }) {
    for (const socket of sockets) yield { pid, ...socket };
  },
};

/** A socket with its name as CRIT writes names of unix sockets. */
function critSocket(entry: FileEntry): Socket | undefined {
  const socket = socketOf(entry);
  if (!socket || !entry.usk) return socket;
  const name = socketName(entry.usk);
  return { ...socket, local: `${entry.usk.ino}${name === '' ? '' : ` ${name}`}` };
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const [, width = 0, isNumber] = COLUMNS[index] ?? [];
      return isNumber ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(' ')
    .trimEnd();
}
