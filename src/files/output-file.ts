/**
 * One image to a file that appears whole or not at all: it is written beside its place and renamed.
 * A device or pipe is written to as it is.
 */
import { lstatSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../image/image-sink.ts';
import { FileWriter } from './file-writer.ts';
import { modeOf } from './member-mode.ts';
import type { SourceDirectory } from './source-directory.ts';
import { stagingPath } from './staging.ts';
import { syncDirectories } from './sync-directories.ts';

export interface OutputFileOptions {
  /** Whether a file that is in the way is replaced. */
  readonly force?: boolean;
  /** Whether it is on the disk before it appears. */
  readonly sync?: boolean;
  /** Where bytes are that are told by their place; closed with this. */
  readonly source?: SourceDirectory | undefined;
}

export class OutputFile implements CheckpointSink {
  readonly #path: string;
  readonly #force: boolean;
  readonly #sync: boolean;
  readonly #source: SourceDirectory | undefined;
  readonly #temporary: string;
  readonly #writer: FileWriter;
  #image: string | undefined;
  #isOver = false;

  /** Throws a CritError where a file is in the way, or the directory cannot be written to. */
  constructor(path: string, options: OutputFileOptions = {}) {
    this.#path = path;
    this.#force = options.force ?? false;
    this.#sync = options.sync ?? false;
    this.#source = options.source;
    this.#check();
    this.#temporary = stagingPath(dirname(path));
    this.#writer = new FileWriter(this.#temporary, path, { sync: this.#sync, source: this.#source });
  }

  image(name: string, details?: ImageDetails): ImageSink {
    this.#image ??= name;
    if (this.#image !== name) {
      throw new CritError(
        'usage',
        `lines of two images, ${this.#image} and ${name}: -C DIR writes each to its own file`,
      );
    }
    const mode = modeOf(details);
    if (mode !== undefined) this.#writer.mode = mode;
    return this.#writer;
  }

  link(name: string): void {
    throw new CritError('usage', 'a link, where an image is expected: -C DIR writes one', { image: name });
  }

  directory(name: string): void {
    throw new CritError('usage', 'a directory, where an image is expected: -C DIR writes one', { image: name });
  }

  /** Puts the file in its place. Throws a CritError where there was no image. */
  commit(): void {
    if (this.#image === undefined) throw new CritError('sequence', 'no lines, and so no image', { image: this.#path });
    this.#check();
    try {
      renameSync(this.#temporary, this.#path);
      if (this.#sync) syncDirectories(dirname(this.#path), false);
    } catch (error) {
      throw placed(error, { image: this.#path });
    }
    this.#isOver = true;
    this.#source?.close();
  }

  /** Removes what was written, unless it was committed. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#writer.close();
      this.#source?.close();
    } finally {
      rmSync(this.#temporary, { force: true });
    }
  }

  #check(): void {
    const stats = lstatSync(this.#path, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) throw new CritError('name', 'is a directory: -C writes into one', { image: this.#path });
    if (!this.#force) throw new CritError('name', 'is there already: -f replaces it', { image: this.#path });
  }
}

/** Whether a path names a device or pipe, which is written to and never replaced. */
export function isSpecial(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}
