/**
 * The directory in which pieces that tell only the place of their bytes have them. Lines may come from strangers: what they name
 * is an ordinary file of this directory, reached through no link, and what they speak of lies within it.
 */
import { closeSync, constants, copyFileSync, existsSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';
import type { BytePlace } from '../image/piece.ts';
import { closeAll } from './close-all.ts';
import { openBelow } from './open-below.ts';
import { safeParts } from './safe-name.ts';

/** Files that are open at once. */
const MOST_OPEN = 16;
/** Bytes that are read at once. */
const BLOCK = 1024 * 1024;
/** What a file system says that cannot share blocks, or not with that other one. */
const NO_CLONES: ReadonlySet<unknown> = new Set([
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EINVAL',
  'ENOTTY',
  'ENOSYS',
  'EPERM',
  'ETXTBSY',
]);

interface OpenFile {
  readonly fd: number;
  readonly size: number;
  readonly mode: number;
  /** When it was changed last, in nanoseconds. */
  readonly changed: bigint;
}

export class SourceDirectory {
  readonly #directory: string;
  /** The one that was used last stands last. */
  readonly #open = new Map<string, OpenFile>();
  #buffer: Buffer | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Bytes and permission bits of an image. */
  about(image: string): { readonly size: number; readonly mode: number } {
    return this.#file(image);
  }

  /** Throws a CritError where a place is not in the directory, or the file has fewer bytes. Gives how many the file has. */
  check({ image, offset }: BytePlace, length: number): number {
    const { size } = this.#file(image);
    if (offset + length <= size) return size;
    throw new CritError(
      'value',
      `tells of ${length} bytes at ${offset} of ${image}, which has ${size} bytes in ${this.#directory}`,
    );
  }

  /** Bytes at a place, in chunks that are valid until the next one. Throws a CritError where the file has changed. */
  *read(from: BytePlace, length: number): Generator<Buffer, void, undefined> {
    this.check(from, length);
    const file = this.#file(from.image);
    this.#buffer ??= Buffer.allocUnsafeSlow(BLOCK);
    for (let done = 0; done < length;) {
      const size = readSync(file.fd, this.#buffer, 0, Math.min(BLOCK, length - done), from.offset + done);
      if (size === 0) break;
      done += size;
      yield this.#buffer.subarray(0, size);
    }
    this.#checkSame(from.image, file);
  }

  /** Bytes at a place at once. Throws a CritError where they are not there. */
  bytes(from: BytePlace, length: number): Buffer {
    const chunks: Buffer[] = [];
    for (const chunk of this.read(from, length)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /**
   * Makes a file that shares its blocks with an image of the directory: false, with no file there, where the file system cannot.
   * Throws a CritError where the image has changed.
   */
  clone(image: string, path: string): boolean {
    const file = this.#file(image);
    const opened = `/proc/self/fd/${file.fd}`;
    if (!existsSync(opened)) return false;
    try {
      copyFileSync(opened, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    } catch (error) {
      if (isSystemError(error) && NO_CLONES.has(error.code)) return false;
      throw error;
    }
    this.#checkSame(image, file);
    return true;
  }

  close(): void {
    const files = [...this.#open.values()];
    // A close that fails has closed it all the same.
    this.#open.clear();
    closeAll(files.map(({ fd }) => ({ close: () => closeSync(fd) })));
  }

  #checkSame(image: string, { fd, size, changed }: OpenFile): void {
    const now = fstatSync(fd, { bigint: true });
    if (Number(now.size) !== size || now.mtimeNs !== changed)
      throw new CritError('io', 'changed while it was copied', { image });
  }

  #file(image: string): OpenFile {
    let file = this.#open.get(image);
    if (!file) {
      const fd = this.#openImage(image);
      const { size, mode, mtimeNs } = fstatSync(fd, { bigint: true });
      file = { fd, size: Number(size), mode: Number(mode) & 0o777, changed: mtimeNs };
    }
    this.#open.delete(image);
    this.#open.set(image, file);
    for (const [oldest, { fd }] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
      closeSync(fd);
    }
    return file;
  }

  #openImage(image: string): number {
    const parts = safeParts(image);
    const last = parts.pop() ?? '';
    try {
      const within = openBelow(this.#directory, parts.join('/'));
      try {
        const path = join(within.path, last);
        if (within.fd === undefined) this.#checkLinks([...parts, last]);
        // A named pipe must not keep it waiting.
        const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
        if (fstatSync(fd).isFile()) return fd;
        closeSync(fd);
      } finally {
        if (within.fd !== undefined) closeSync(within.fd);
      }
    } catch (error) {
      throw isLink(error) ? this.#noFile(image) : placed(error, { image: join(this.#directory, image) });
    }
    throw this.#noFile(image);
  }

  /** Where names cannot be looked up from what is open. */
  #checkLinks(parts: readonly string[]): void {
    let path = this.#directory;
    for (const part of parts) {
      path = join(path, part);
      if (lstatSync(path).isSymbolicLink()) throw this.#noFile(parts.join('/'));
    }
  }

  #noFile(image: string): CritError {
    const reason = `tells of bytes in ${image}, which is no ordinary file of ${this.#directory}: links are not followed`;
    return new CritError('name', reason);
  }
}

/** What the system says of a link, or of a file with a name below it. */
function isLink(error: unknown): boolean {
  const cause = error instanceof CritError ? error.cause : error;
  return isSystemError(cause) && ['ELOOP', 'ENOTDIR', 'EMLINK', 'ENXIO'].includes(cause.code ?? '');
}
