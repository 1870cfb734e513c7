/** Which descriptors share an open file: 12 bytes are kept for each descriptor of the checkpoint. */
import type { Process } from './process.ts';

/** A descriptor that is open on a file. */
export interface FileUser {
  readonly pid: number;
  readonly fd: number;
}

export class FileUsers {
  /** Three numbers for each descriptor, sorted by the first: id of the file, pid, descriptor. */
  readonly #rows: Uint32Array;

  /** Reads the descriptors of all processes. Throws a CritError where an image of them is damaged. */
  constructor(processes: Iterable<Process>) {
    let rows = new Uint32Array(3 * 1024);
    let length = 0;
    for (const process of processes) {
      for (const { id, fd } of process.readDescriptors()) {
        if (length === rows.length) {
          const larger = new Uint32Array(2 * length);
          larger.set(rows);
          rows = larger;
        }
        rows.set([id, process.pid, fd], length);
        length += 3;
      }
    }
    const order = Uint32Array.from({ length: length / 3 }, (_, index) => index);
    order.sort((a, b) => (rows[3 * a] ?? 0) - (rows[3 * b] ?? 0) || a - b);
    this.#rows = new Uint32Array(length);
    for (const [to, from] of order.entries()) this.#rows.set(rows.subarray(3 * from, 3 * from + 3), 3 * to);
  }

  /** Those of a file, in the order of the processes. */
  *of(id: number): Generator<FileUser, void, undefined> {
    let low = 0;
    let high = this.#rows.length / 3;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[3 * middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    for (let at = 3 * low; this.#rows[at] === id; at += 3) {
      yield { pid: this.#rows[at + 1] ?? 0, fd: this.#rows[at + 2] ?? 0 };
    }
  }

  /** The ids of all files that have one, in order. */
  *ids(): Generator<number, void, undefined> {
    let last = -1;
    for (let at = 0; at < this.#rows.length; at += 3) {
      const id = this.#rows[at] ?? 0;
      if (id !== last) yield id;
      last = id;
    }
  }
}
