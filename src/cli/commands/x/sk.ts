import { readDescriptors } from '../../../checkpoint/descriptors.ts';
import { isGone, type Process } from '../../../checkpoint/processes.ts';
import { SocketTable, type Socket } from '../../../checkpoint/sockets.ts';
import { safeText } from '../../io/terminal.ts';
import type { View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly sockets: readonly Socket[];
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
  *parts({ directory, files, processes }) {
    const table = new SocketTable(directory, files);
    for (const process of processes) {
      const sockets: Socket[] = [];
      for (const each of isGone(process) ? [] : readDescriptors(directory, files, process.pid)) {
        const socket = table.socket(each);
        if (socket) sockets.push(socket);
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

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const [, width = 0, isNumber] = COLUMNS[index] ?? [];
      return isNumber ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(' ')
    .trimEnd();
}
