/** A directory of images, and the one before it in a chain of dumps. */
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import { OpenFiles } from '../files/open-files.ts';
import { EntryParser, readEntries, readFirst, scanEntries, type OnEntry } from '../files/read-entries.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Magic } from '../schema/images.ts';

const PARENT = 'parent';

export interface ImageDirectoryOptions {
  /** Paths of the directories before this one, the nearest first, in the place of the `parent` links. */
  readonly parents?: readonly string[];
  /** The name of the directory in messages, where it is not its path. */
  readonly name?: string;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Whether pages may be in a parent that is not there. */
  readonly mayMissParent?: boolean | undefined;
}

/** How a directory was come to from another one. */
interface Way {
  /** Put before the names of its images in messages and lines: `parent/` for the one before, and so on. */
  readonly prefix: string;
  /** The real paths of the directories that led here. */
  readonly before: readonly string[];
  readonly files: OpenFiles;
}

export class ImageDirectory {
  readonly path: string;
  readonly prefix: string;
  /** Reads its images and those of its parents at any place; holds a few of them open. */
  readonly files: OpenFiles;
  readonly schema: ImageSchema;
  /** Whether pages may be in a parent that is not there. */
  readonly mayMissParent: boolean;
  readonly #parents: readonly string[];
  readonly #way: readonly string[];
  #names: readonly string[] | undefined;
  #parent: ImageDirectory | undefined;

  /** Throws a CritError where there is no such directory, or it was on the way here already. */
  constructor(path: string, options: ImageDirectoryOptions = {}, way: Partial<Way> = {}) {
    const { parents = [], name = path, schema = BUILT_IN, mayMissParent = false } = options;
    const { prefix = '', before = [], files = new OpenFiles() } = way;
    this.path = path;
    this.prefix = prefix;
    this.files = files;
    this.schema = schema;
    this.mayMissParent = mayMissParent;
    this.#parents = parents;
    try {
      if (!statSync(path).isDirectory()) throw new CritError('usage', 'is no directory');
      const real = realpathSync(path);
      if (before.includes(real)) throw new CritError('format', 'leads back to where it came from: a loop of parents');
      this.#way = [...before, real];
    } catch (error) {
      throw placed(error, { image: prefix === '' ? name : prefix.slice(0, -1) });
    }
  }

  /** The names of all that stands in it, in order. */
  get names(): readonly string[] {
    try {
      return (this.#names ??= readdirSync(this.path).sort());
    } catch (error) {
      throw placed(error, { image: this.nameOf('.') });
    }
  }

  /** Throws a CritError where that cannot be known. */
  has(image: string): boolean {
    return this.size(image) !== undefined;
  }

  pathOf(image: string): string {
    return join(this.path, image);
  }

  /** What an image is called in messages and lines. */
  nameOf(image: string): string {
    return this.prefix + image;
  }

  /** Bytes in an image; undefined where it is not there. */
  size(image: string): number | undefined {
    try {
      return statSync(join(this.path, image), { throwIfNoEntry: false })?.size;
    } catch (error) {
      throw placed(error, { image: this.nameOf(image) });
    }
  }

  /** The entries of an image, one at a time. Throws a CritError where it is not there, damaged, or an image of another kind. */
  entries<M extends Magic>(image: string, magic: M): Generator<EntryByMagic[M], void, undefined> {
    return readEntries(join(this.path, image), this.nameOf(image), magic, this.schema);
  }

  /** The same; none where the image is not there. */
  entriesIfThere<M extends Magic>(image: string, magic: M): Iterable<EntryByMagic[M]> {
    return this.has(image) ? this.entries(image, magic) : [];
  }

  /** Tells the bytes of each entry of an image. */
  scan(image: string, magic: Magic, onEntry: OnEntry): void {
    scanEntries(join(this.path, image), this.nameOf(image), magic, onEntry, this.schema);
  }

  /** The bytes of the first entry of an image. */
  firstBytes(image: string, magic: Magic): NonNullable<ReturnType<typeof readFirst>> {
    const name = this.nameOf(image);
    const found = readFirst(this.pathOf(image), name, magic, this.schema);
    if (!found) throw new CritError('format', `has no entry of a ${magic} image`, { image: name });
    return found;
  }

  /** The first entry of an image that has one. */
  first<M extends Magic>(image: string, magic: M): EntryByMagic[M] {
    const name = this.nameOf(image);
    const { bytes, place } = this.firstBytes(image, magic);
    try {
      return new EntryParser(magic, this.schema).parse(bytes, 0, bytes.length, place);
    } catch (error) {
      throw placed(error, { image: name });
    }
  }

  /** The same where the image need not be there. */
  firstIfThere<M extends Magic>(image: string, magic: M): EntryByMagic[M] | undefined {
    return this.has(image) ? this.first(image, magic) : undefined;
  }

  /** Whether it has a parent, or says so. */
  get hasParent(): boolean {
    return this.#parents.length > 0 || lstatSync(this.pathOf(PARENT), { throwIfNoEntry: false }) !== undefined;
  }

  /** The directory before it: the one that was given, or that `parent` leads to. Throws a CritError where it is not there. */
  get parent(): ImageDirectory {
    return (this.#parent ??= this.#openParent());
  }

  /** Whether there is a directory before it, as far as that can be told without opening it. */
  get isParentThere(): boolean {
    return this.#parents.length > 0 || existsSync(this.pathOf(PARENT));
  }

  #openParent(): ImageDirectory {
    const image = this.nameOf(PARENT);
    const [given, ...others] = this.#parents;
    if (!this.hasParent)
      throw new CritError('io', 'is missing, and pages are said to be in it (see --parent)', { image });
    const path = given ?? this.pathOf(PARENT);
    if (given === undefined && !existsSync(path)) {
      throw new CritError(
        'io',
        `leads to ${targetOf(path)}, which is not there, and pages are said to be in it (see --parent)`,
        {
          image,
        },
      );
    }
    return new ImageDirectory(
      path,
      { parents: others, schema: this.schema, mayMissParent: this.mayMissParent },
      { prefix: `${image}/`, before: this.#way, files: this.files },
    );
  }
}

function targetOf(path: string): string {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path;
}
