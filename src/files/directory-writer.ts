/**
 * Images to files of a directory, all of them or none.
 *
 * Everything is written into a new directory beside its place. When the last image is complete, that directory becomes the
 * output directory, or, where there is one already, its files are moved into it, and put back if one cannot be. Until then
 * nothing can be seen of them.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';
import type { CheckpointSink, ImageDetails } from '../image/image-sink.ts';
import { checkLink } from './check-link.ts';
import { clearStale } from './clear-stale.ts';
import { FileWriter } from './file-writer.ts';
import { modeOf } from './member-mode.ts';
import { mergeDirectory } from './merge-directory.ts';
import { removeTree } from './remove-tree.ts';
import { safeParts } from './safe-name.ts';
import type { SourceDirectory } from './source-directory.ts';
import { KEPT, NEW, stagingPath } from './staging.ts';
import { syncDirectories } from './sync-directories.ts';

/** Files that are open at once. */
const OPEN_FILES = 64;

export interface DirectoryWriterOptions {
  /** Whether files that are in the way are replaced. */
  readonly force?: boolean;
  /** Whether everything is on the disk before it appears. */
  readonly sync?: boolean;
  /** Where bytes are that are told by their place; closed with this. */
  readonly source?: SourceDirectory | undefined;
}

export class DirectoryWriter implements CheckpointSink {
  readonly #directory: string;
  readonly #force: boolean;
  readonly #sync: boolean;
  readonly #source: SourceDirectory | undefined;
  readonly #isNew: boolean;
  /** The first of the directories that were made for the output, to be removed again. */
  readonly #made: string | undefined;
  /** The directory that is removed again, and the one in it where the images are. */
  readonly #staging: string;
  readonly #images: string;
  readonly #open = new Set<FileWriter>();
  /** The directory that was found or made last: most of what comes stands in it, however deep it is. */
  #known = '';
  #isOver = false;
  #isInPlace = false;

  /** Throws a CritError where the directory cannot be written to. */
  constructor(directory: string, options: DirectoryWriterOptions = {}) {
    this.#directory = resolve(directory);
    this.#force = options.force ?? false;
    this.#sync = options.sync ?? false;
    this.#source = options.source;
    const parent = dirname(this.#directory);
    try {
      this.#isNew = !existsSync(this.#directory);
      if (!this.#isNew && !statSync(this.#directory).isDirectory()) {
        throw new CritError('io', 'is in the way: it is no directory');
      }
      this.#made = this.#isNew ? makeDirectories(parent) : undefined;
      const beside = this.#isNew ? parent : this.#directory;
      this.#staging = stagingPath(beside);
      this.#images = join(this.#staging, NEW);
      try {
        clearStale(beside);
        mkdirSync(this.#staging, 0o700);
        mkdirSync(this.#images);
      } catch (error) {
        this.abort();
        throw error;
      }
    } catch (error) {
      throw placed(error, { image: directory });
    }
  }

  image(name: string, details?: ImageDetails): FileWriter {
    const path = this.place(name);
    return new FileWriter(path, name, {
      mode: modeOf(details),
      sync: this.#sync,
      source: this.#source,
      onOpen: (file) => {
        this.#open.delete(file);
        this.#open.add(file);
        for (const oldest of this.#open) {
          if (this.#open.size <= OPEN_FILES) break;
          oldest.close();
          this.#open.delete(oldest);
        }
      },
    });
  }

  link(name: string, target: Uint8Array, details?: ImageDetails): void {
    if (details?.tar !== undefined) checkLink(name, Buffer.from(target).toString('utf8'), details.tar);
    const path = this.place(name);
    this.#try(name, () => symlinkSync(Buffer.from(target), path));
  }

  directory(name: string, details?: ImageDetails): void {
    // The output directory itself, which was an empty one.
    if (name === '.') return;
    const path = this.place(name, true);
    const mode = modeOf(details);
    this.#try(name, () => {
      if (!existsSync(path)) mkdirSync(path);
      // Its owner must be able to put files into it.
      if (mode !== undefined) chmodSync(path, (mode & 0o777 & ~process.umask()) | 0o700);
      this.#known = path;
    });
  }

  /**
   * Puts everything in its place. Throws a CritError, with nothing changed, where something is in the way or cannot be moved; it
   * says which files were replaced where they could not be put back.
   */
  commit(): void {
    this.#close();
    try {
      if (this.#sync) syncDirectories(this.#images);
      if (this.#isNew) renameSync(this.#images, this.#directory);
      else {
        this.#check();
        mergeDirectory(this.#images, this.#directory, join(this.#staging, KEPT));
      }
      this.#isOver = this.#isInPlace = true;
      removeTree(this.#staging);
      if (this.#sync) syncDirectories(this.#isNew ? dirname(this.#directory) : this.#directory, !this.#isNew);
    } catch (error) {
      throw placed(error, { image: this.#directory });
    }
  }

  /** Whether everything is in its place, also where `commit` failed at what it does behind that. */
  get isInPlace(): boolean {
    return this.#isInPlace;
  }

  /** Removes everything that was written, unless it was committed. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#close();
    } finally {
      removeTree(this.#staging);
      if (this.#made !== undefined) removeEmpty(dirname(this.#directory), this.#made);
    }
  }

  /** The path of a new file until it is in its place; its parents are made. A directory may be one of those already. */
  place(name: string, isDirectory = false): string {
    const parts = safeParts(name);
    const path = join(this.#images, ...parts);
    this.#try(name, () => {
      if (dirname(path) !== this.#known) this.#makeParents(parts);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats && !(isDirectory && stats.isDirectory())) throw new CritError('sequence', 'two images have this name');
      if (!this.#isNew) this.#checkPlace(parts.join('/'), isDirectory);
    });
    return path;
  }

  #makeParents(parts: readonly string[]): void {
    let path = this.#images;
    for (const part of parts.slice(0, -1)) {
      path = join(path, part);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats) mkdirSync(path);
      else if (!stats.isDirectory())
        throw new CritError('name', `its name leads through ${part}, which is no directory`);
    }
    this.#known = path;
  }

  /** The path of a file that was written, until it is in its place. */
  staged(name: string): string {
    return join(this.#images, name);
  }

  /** Whether something of the output directory is in the way of a file, or of a directory of that name. */
  #checkPlace(name: string, isDirectory: boolean): void {
    let path = this.#directory;
    const parts = name.split('/');
    for (const [index, part] of parts.entries()) {
      path = join(path, part);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats) return;
      const isLast = index === parts.length - 1;
      if (isLast && !isDirectory) {
        if (stats.isDirectory()) throw new CritError('name', 'is in the way: it is a directory', { image: name });
        if (!this.#force) throw new CritError('name', 'is there already: -f replaces it', { image: name });
      } else if (!stats.isDirectory()) {
        throw new CritError('name', `its name leads through ${part}, which is no directory in ${this.#directory}`, {
          image: name,
        });
      }
    }
  }

  #check(): void {
    const left = [''];
    for (let prefix = left.pop(); prefix !== undefined; prefix = left.pop()) {
      for (const entry of readdirSync(join(this.#images, prefix), { withFileTypes: true })) {
        const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
        this.#checkPlace(name, entry.isDirectory());
        if (entry.isDirectory()) left.push(name);
      }
    }
  }

  #close(): void {
    for (const file of this.#open) file.close();
    this.#open.clear();
    this.#source?.close();
  }

  #try(image: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw placed(error, { image });
    }
  }
}

/**
 * Makes a directory with the parents that are missing, and gives the first that was made. Node's own way to do that never
 * returns where a file system has no place for directories, as /proc.
 */
function makeDirectories(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const first = makeDirectories(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (first !== undefined) removeEmpty(dirname(path), first);
    throw error;
  }
  return first ?? path;
}

/** Removes a directory and its parents up to `last`, as far as they are empty. */
function removeEmpty(directory: string, last: string): void {
  try {
    for (let path = directory; path.startsWith(last); path = dirname(path)) rmdirSync(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Somebody else has put something there.
  }
}
