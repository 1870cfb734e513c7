import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { ImageSink } from '../image/image-sink.ts';
import { placed } from '../error.ts';

/** Zeros from this length on are left out of a file, where it then has a hole. */
const HOLE = 65536;
/** CRIU's own mode: images hold memory, with all its secrets. */
const MODE = 0o600;

/** Writes one new file. The file is open only while something is written where many are written in turn. */
export class FileWriter implements ImageSink {
  readonly #path: string;
  readonly #image: string;
  readonly #onOpen: (file: FileWriter) => void;
  #fd: number | undefined;
  #isNew = true;
  #position = 0;
  #size = 0;

  /** `onOpen` is told whenever the file is opened, so that there are never too many. */
  constructor(path: string, image: string, onOpen: (file: FileWriter) => void = () => {}) {
    this.#path = path;
    this.#image = image;
    this.#onOpen = onOpen;
    this.#run(() => {});
  }

  write(bytes: Uint8Array): void {
    this.#run((fd) => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(fd, bytes, done, bytes.length - done, this.#position + done);
      }
      this.#position += bytes.length;
      this.#size = this.#position;
    });
  }

  fill(value: number, length: number): void {
    if (value === 0 && length >= HOLE) {
      this.#position += length;
      return;
    }
    const block = Buffer.alloc(Math.min(length, 16 * HOLE), value);
    for (let done = 0; done < length; done += block.length) this.write(block.subarray(0, length - done));
  }

  end(): void {
    this.#run((fd) => {
      if (this.#size < this.#position) ftruncateSync(fd, this.#position);
    });
    this.close();
  }

  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #run(work: (fd: number) => void): void {
    try {
      work(this.#fd ?? this.#open());
    } catch (error) {
      throw placed(error, { image: this.#image });
    }
  }

  #open(): number {
    // A file that is there already is somebody else's.
    const fd = openSync(this.#path, this.#isNew ? 'wx' : 'r+', MODE);
    this.#fd = fd;
    this.#isNew = false;
    this.#onOpen(this);
    return fd;
  }
}
