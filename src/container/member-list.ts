/** Names and sizes of the files of a checkpoint, of which there may be a million: as bytes, since objects take five times as much. */
import { Output } from '../codec/output.ts';
import type { Unpacked } from './unpack.ts';

/** Bytes before a name: how many it has, and the size of its file. */
const HEAD = 12;

export class MemberList implements Iterable<Unpacked> {
  readonly #records = new Output(4096);
  readonly #head: Buffer = Buffer.alloc(HEAD);

  add(image: string, size: number): void {
    this.#head.writeUInt32LE(Buffer.byteLength(image));
    this.#head.writeDoubleLE(size, 4);
    this.#records.append(this.#head);
    this.#records.appendText(image);
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<Unpacked, void, undefined> {
    for (let at = 0; at < this.#records.length;) {
      const records = this.#records.view();
      const end = at + HEAD + records.readUInt32LE(at);
      yield { image: records.toString('utf8', at + HEAD, end), size: records.readDoubleLE(at + 4) };
      at = end;
    }
  }
}
