import { statfsSync } from 'node:fs';
import { CritError, placed } from '../error.ts';

const MIB = 1024 * 1024;

/** How much may be unpacked: as much as is said, and never more than is free. */
export class UnpackRoom {
  readonly #most: number;
  readonly #why: string;
  #taken = 0;

  /** Of the file system of a directory that the user named, or the system. */
  constructor(directory: string, maxUnpacked: number | undefined) {
    const free = freeBytes(directory);
    const isSaid = maxUnpacked !== undefined && maxUnpacked <= free;
    this.#most = isSaid ? maxUnpacked : free;
    this.#why = isSaid
      ? 'which --max-unpacked allows'
      : `which are free in ${directory}: let TMPDIR, or --tmp where it is given, name a place with more, or unpack it and name the directory`;
  }

  /** Takes room for so many bytes. Throws a CritError where they are too many, before they are written. */
  take(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken <= this.#most) return;
    throw new CritError('limit', `unpacks to more than the ${Math.floor(this.#most / MIB)} MiB ${this.#why}`);
  }
}

function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (error) {
    throw placed(error, { image: directory });
  }
}
