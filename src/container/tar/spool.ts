import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileWriter } from '../../files/file-writer.ts';
import { removeTree } from '../../files/remove-tree.ts';
import { PartSink } from '../../image/part-sink.ts';
import { readChunksSync } from '../../files/read-chunks.ts';

/** Contents up to this size wait in memory. */
const MEMORY_LIMIT = 256 * 1024;

/** A private directory for contents that must wait, made when it is needed. */
export class SpoolDirectory {
  #path: string | undefined;
  #open: FileWriter | undefined;
  #count = 0;

  /** A new file. Of all files, only the last one used is open. */
  file(image: string): { writer: FileWriter; path: string } {
    this.#path ??= mkdtempSync(join(tmpdir(), 'crit-pack.'));
    const path = join(this.#path, String(this.#count++));
    const writer = new FileWriter(path, image, {
      onOpen: (file) => {
        this.#open?.close();
        this.#open = file;
      },
    });
    return { writer, path };
  }

  remove(): void {
    this.#open?.close();
    if (this.#path !== undefined) removeTree(this.#path);
    this.#path = undefined;
  }
}

/** Contents of one member that wait until their size is known, and their turn has come. */
export class Spool {
  readonly #directory: SpoolDirectory;
  readonly #image: string;
  readonly #memory = new PartSink();
  #held = 0;
  #file: { writer: FileWriter; path: string } | undefined;
  #size = 0;

  constructor(directory: SpoolDirectory, image: string) {
    this.#directory = directory;
    this.#image = image;
  }

  get size(): number {
    return this.#size;
  }

  write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#held += bytes.length;
    if (this.#held > MEMORY_LIMIT) this.#leaveMemory();
    (this.#file?.writer ?? this.#memory).write(bytes);
  }

  fill(value: number, length: number): void {
    this.#size += length;
    (this.#file?.writer ?? this.#memory).fill(value, length);
  }

  /** Gives everything back, in chunks. */
  *take(): Generator<Buffer, void, undefined> {
    if (!this.#file) {
      yield* this.#memory.take();
      return;
    }
    this.#file.writer.end();
    for (const chunk of readChunksSync(this.#file.path)) yield Buffer.from(chunk);
  }

  #leaveMemory(): void {
    if (this.#file) return;
    this.#file = this.#directory.file(this.#image);
    for (const part of this.#memory.take()) this.#file.writer.write(part);
  }
}
