/**
 * Images to files of a directory, all of them or none.
 *
 * Everything is written into a new directory beside its place. When the last image is complete, that directory becomes the
 * output directory, or, where there is one already, its files are moved into it. Until then nothing can be seen of them.
 */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../image/image-sink.ts';
import { FileWriter } from './file-writer.ts';
import { checkLink } from './check-link.ts';
import { safeParts } from './safe-name.ts';

/** Files that are open at once. */
const OPEN_FILES = 64;

export interface DirectoryWriterOptions {
  /** Whether files that are in the way are replaced. */
  readonly force?: boolean;
}

export class DirectoryWriter implements CheckpointSink {
  readonly #directory: string;
  readonly #force: boolean;
  readonly #isNew: boolean;
  /** The first of the directories that were made for the output, to be removed again. */
  readonly #made: string | undefined;
  readonly #staging: string;
  readonly #open = new Set<FileWriter>();
  #isOver = false;

  /** Throws a CritError where the directory cannot be written to. */
  constructor(directory: string, options: DirectoryWriterOptions = {}) {
    this.#directory = resolve(directory);
    this.#force = options.force ?? false;
    const parent = dirname(this.#directory);
    try {
      this.#isNew = !existsSync(this.#directory);
      if (!this.#isNew && !statSync(this.#directory).isDirectory()) {
        throw new CritError('io', 'is in the way: it is no directory');
      }
      this.#made = this.#isNew ? makeDirectories(parent) : undefined;
      const beside = this.#isNew ? join(parent, `.${basename(this.#directory)}`) : join(this.#directory, '.crit-pack');
      this.#staging = mkdtempSync(`${beside}.`);
    } catch (error) {
      throw placed(error, { image: directory });
    }
  }

  image(name: string): ImageSink {
    const path = this.#place(name);
    return new FileWriter(path, name, (file) => {
      this.#open.delete(file);
      this.#open.add(file);
      for (const oldest of this.#open) {
        if (this.#open.size <= OPEN_FILES) break;
        oldest.close();
        this.#open.delete(oldest);
      }
    });
  }

  /** Takes a file as it is, from its path: without reading it where the file system can share its blocks. */
  copy(name: string, path: string): void {
    const place = this.#place(name);
    this.#try(name, () => copyFileSync(path, place, constants.COPYFILE_FICLONE));
  }

  link(name: string, target: Uint8Array, details?: ImageDetails): void {
    if (details?.tar !== undefined) checkLink(name, Buffer.from(target).toString('utf8'), details.tar);
    const path = this.#place(name);
    this.#try(name, () => symlinkSync(Buffer.from(target), path));
  }

  directory(name: string): void {
    // The output directory itself, which was an empty one.
    if (name === '.') return;
    const path = this.#place(name, true);
    this.#try(name, () => mkdirSync(path, { recursive: true }));
  }

  /** Puts everything in its place. Throws a CritError, with nothing changed, where something is in the way. */
  commit(): void {
    this.#close();
    try {
      if (this.#isNew) {
        this.#openModes(this.#staging);
        renameSync(this.#staging, this.#directory);
      } else {
        this.#check('');
        this.#move('');
        rmdirSync(this.#staging);
      }
    } catch (error) {
      throw placed(error, { image: this.#directory });
    }
    this.#isOver = true;
  }

  /** Removes everything that was written, unless it was committed. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    rmSync(this.#staging, { recursive: true, force: true });
    if (this.#made !== undefined) removeEmpty(dirname(this.#directory), this.#made);
  }

  /** The path of a new file in the staging directory, whose parents are made; a directory may be one of those already. */
  #place(name: string, isDirectory = false): string {
    const parts = safeParts(name);
    let path = this.#staging;
    this.#try(name, () => {
      for (const part of parts.slice(0, -1)) {
        path = join(path, part);
        const stats = lstatSync(path, { throwIfNoEntry: false });
        if (!stats) mkdirSync(path);
        else if (!stats.isDirectory())
          throw new CritError('name', `its name leads through ${part}, which is no directory`);
      }
      path = join(path, parts.at(-1) ?? '');
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats && !(isDirectory && stats.isDirectory())) throw new CritError('sequence', 'two images have this name');
      if (!this.#isNew) this.#checkPlace(parts.join('/'), isDirectory);
    });
    return path;
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

  #check(prefix: string): void {
    for (const entry of readdirSync(join(this.#staging, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      this.#checkPlace(name, entry.isDirectory());
      if (entry.isDirectory()) this.#check(name);
    }
  }

  #move(prefix: string): void {
    for (const entry of readdirSync(join(this.#staging, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const from = join(this.#staging, name);
      const to = join(this.#directory, name);
      if (!entry.isDirectory()) renameSync(from, to);
      else if (!existsSync(to)) renameSync(from, to);
      else {
        this.#move(name);
        rmdirSync(from);
      }
    }
  }

  /** mkdtemp makes a directory for its owner alone; the output directory is one like others. */
  #openModes(path: string): void {
    const usual = join(path, '.crit-pack');
    mkdirSync(usual);
    const { mode } = statSync(usual);
    rmdirSync(usual);
    chmodSync(path, mode & 0o7777);
  }

  #close(): void {
    for (const file of this.#open) file.close();
    this.#open.clear();
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
  mkdirSync(path);
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
