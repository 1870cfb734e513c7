import { chmodSync, closeSync, fchmodSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { IMAGE_MODE, type ImageSink } from '../image/image-sink.ts';
import { CritError, placed } from '../error.ts';
import { TOLD_BY_PLACE, type BytePlace } from '../image/piece.ts';
import type { SourceDirectory } from './source-directory.ts';

/** Zeros from this length on are left out of a file, where it then has a hole. */
const HOLE = 65536;

/** As many as a chunk of a copy has. */
const ZEROS = Buffer.alloc(1024 * 1024);

export interface FileWriterOptions {
  /** Told whenever the file is opened, so that there are never too many. */
  readonly onOpen?: ((file: FileWriter) => void) | undefined;
  readonly mode?: number | undefined;
  /** Whether it is on the disk when it is complete. */
  readonly sync?: boolean;
  /** Where bytes are that are told by their place. */
  readonly source?: SourceDirectory | undefined;
}

/** Writes one new file. The file is open only while something is written where many are written in turn. */
export class FileWriter implements ImageSink {
  readonly #path: string;
  readonly #image: string;
  readonly #options: FileWriterOptions;
  /** Permission bits of the file when it is complete, of which the process's umask is taken away. */
  mode: number;
  #fd: number | undefined;
  #isNew = true;
  #position = 0;
  #size = 0;
  /** The image with which it shares its blocks, as far as nothing was written over them. */
  #cloned: string | undefined;

  /** Makes the file, for its owner alone until it is complete. */
  constructor(path: string, image: string, options: FileWriterOptions = {}) {
    this.#path = path;
    this.#image = image;
    this.#options = options;
    this.mode = options.mode ?? IMAGE_MODE;
    this.#run(() => {});
  }

  write(bytes: Uint8Array): void {
    this.#run((fd) => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(fd, bytes, done, bytes.length - done, this.#position + done);
      }
      this.#position += bytes.length;
      this.#size = Math.max(this.#size, this.#position);
    });
  }

  fill(value: number, length: number): void {
    // What a clone holds there must go; nothing else is there yet.
    if (value === 0 && length >= HOLE && (this.#cloned === undefined || this.#position >= this.#size)) {
      this.#position += length;
      return;
    }
    const block = Buffer.alloc(Math.min(length, 16 * HOLE), value);
    for (let done = 0; done < length; done += block.length) this.write(block.subarray(0, length - done));
  }

  seek(offset: number): void {
    this.#position = offset;
  }

  copy(from: BytePlace, length: number): void {
    const { source } = this.#options;
    if (!source) throw new CritError('line', TOLD_BY_PLACE);
    const size = source.check(from, length);
    const isInPlace = from.offset === this.#position;
    if (isInPlace && this.#position === 0 && this.#size === 0 && this.#clone(from.image, source)) this.#size = size;
    if (isInPlace && this.#cloned === from.image) {
      this.#position += length;
      return;
    }
    for (const chunk of source.read(from, length)) {
      if (chunk.equals(ZEROS.subarray(0, chunk.length))) this.fill(0, chunk.length);
      else this.write(chunk);
    }
  }

  /** Puts a clone in the place of the file, in which nothing is yet. */
  #clone(image: string, source: SourceDirectory): boolean {
    try {
      this.close();
      rmSync(this.#path);
      this.#isNew = true;
      if (!source.clone(image, this.#path)) return false;
      chmodSync(this.#path, IMAGE_MODE);
    } catch (error) {
      throw placed(error, { image: this.#image });
    }
    this.#isNew = false;
    this.#cloned = image;
    return true;
  }

  end(): void {
    const { mode } = this;
    this.#run((fd) => {
      if (this.#size !== this.#position) ftruncateSync(fd, this.#position);
      if (mode !== IMAGE_MODE) fchmodSync(fd, mode & 0o777 & ~process.umask());
      if (this.#options.sync) fsyncSync(fd);
    });
    this.close();
  }

  close(): void {
    const fd = this.#fd;
    // A close that fails has closed it all the same.
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
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
    const fd = openSync(this.#path, this.#isNew ? 'wx' : 'r+', IMAGE_MODE);
    this.#fd = fd;
    this.#isNew = false;
    this.#options.onOpen?.(this);
    return fd;
  }
}
