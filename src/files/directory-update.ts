/**
 * New contents for files of a directory, all of them or none. Each file keeps its owner, its mode and its times; what it was before
 * can be kept beside it, under its name and `.bak`.
 */
import { chmodSync, chownSync, linkSync, lstatSync, utimesSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { CheckpointSink, ImageSink } from '../image/image-sink.ts';
import { DirectoryWriter } from './directory-writer.ts';

const BACKUP = '.bak';

export interface DirectoryUpdateOptions {
  readonly backup: boolean;
}

export class DirectoryUpdate implements CheckpointSink {
  readonly #directory: string;
  readonly #backup: boolean;
  readonly #writer: DirectoryWriter;
  readonly #before = new Map<string, Stats>();
  readonly #backups: string[] = [];

  /** Throws a CritError where the directory cannot be written to. */
  constructor(directory: string, options: DirectoryUpdateOptions) {
    this.#directory = directory;
    this.#backup = options.backup;
    this.#writer = new DirectoryWriter(directory, { force: true, sync: true });
  }

  image(name: string): ImageSink {
    this.#try(name, () => {
      const path = join(this.#directory, name);
      const stats = lstatSync(path);
      if (!stats.isFile()) throw new CritError('io', 'is no ordinary file');
      this.#before.set(name, stats);
      if (!this.#backup) return;
      this.#backups.push(name + BACKUP);
      this.#checkBackup(name + BACKUP);
      linkSync(path, this.#writer.place(name + BACKUP));
    });
    return this.#writer.image(name);
  }

  link(name: string): void {
    throw new CritError('usage', 'a link has no contents', { image: name });
  }

  directory(name: string): void {
    throw new CritError('usage', 'a directory has no contents', { image: name });
  }

  /** Puts everything in its place. Throws a CritError, with nothing changed, where that cannot be done. */
  commit(): void {
    for (const [name, stats] of this.#before) this.#try(name, () => takeOver(this.#writer.staged(name), stats));
    for (const name of this.#backups) this.#try(name, () => this.#checkBackup(name));
    this.#writer.commit();
  }

  /** Removes everything that was written, unless it was committed. */
  abort(): void {
    this.#writer.abort();
  }

  #checkBackup(name: string): void {
    if (lstatSync(join(this.#directory, name), { throwIfNoEntry: false }))
      throw new CritError('name', 'is there already, and no backup replaces another one: see --in-place', {
        image: name,
      });
  }

  #try(image: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw placed(error, { image });
    }
  }
}

/** Gives a file the owner, the mode and the times of another one. */
function takeOver(path: string, { uid, gid, mode, atime, mtime }: Stats): void {
  const own = lstatSync(path);
  if (own.uid !== uid || own.gid !== gid) chownSync(path, uid, gid);
  chmodSync(path, mode & 0o7777);
  utimesSync(path, atime, mtime);
}
