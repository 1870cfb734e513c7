/** Where a checkpoint comes from: a directory, or an archive, which is unpacked into a private one for the time. */
import { statSync } from 'node:fs';
import type { ArchiveLimits } from '../container/archive-limits.ts';
import { unpackArchive, type Unpacked } from '../container/unpack.ts';
import { CritError, placed } from '../error.ts';
import { imagesIn } from './images-in.ts';

export interface SourceOptions extends ArchiveLimits {
  /** Which files of an archive are wanted; archives in it are not. */
  readonly wanted?: (image: string) => boolean;
  /** The name under which a single file counts as an archive of itself; without one it is none. */
  readonly fileName?: string | undefined;
  /** Told, before an archive is unpacked, how to remove what is there of it; what it gives is called when that was done. */
  readonly onUnpack?: (remove: () => void) => () => void;
}

export interface Source {
  /** What the user named. */
  readonly path: string;
  /** The directory that has what an engine wrote beside the images; often that of the images. */
  readonly top: string;
  /** The directory of the images; undefined where there are none. */
  readonly images: string | undefined;
  /** Of an archive, all files that it has, also those that were not wanted. */
  readonly members: Iterable<Unpacked> | undefined;
  /** Of an OCI image, what is said of it. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** Removes what was unpacked. */
  close(): void;
}

/** Archives within archives are the largest that is there beside memory, and hold no images. */
function isNoArchive(image: string): boolean {
  return !image.endsWith('.tar');
}

/** Opens a directory or an archive; `-` is an archive on standard input. Throws a CritError where it is neither. */
export async function openSource(path: string, options: SourceOptions = {}): Promise<Source> {
  const { wanted = isNoArchive, fileName, onUnpack, maxWindow, maxUnpacked } = options;
  let release = (): void => {};
  const onStart = (remove: () => void): void => {
    if (onUnpack) release = onUnpack(remove);
  };
  try {
    const archive = await unpackArchive(path, { wanted, fileName, onStart, maxWindow, maxUnpacked });
    if (!archive) return directorySource(path);
    const { directory, members, annotations } = archive;
    const close = (): void => {
      archive.remove();
      release();
    };
    return { path, top: directory, images: imagesIn(directory), members, annotations, close };
  } catch (error) {
    release();
    throw error;
  }
}

/** A directory, at once. Throws a CritError where it is none. */
export function directorySource(path: string): Source {
  try {
    if (!statSync(path).isDirectory()) throw new CritError('usage', 'is no directory');
  } catch (error) {
    throw placed(error, { image: path });
  }
  return { path, top: path, images: imagesIn(path), members: undefined, annotations: undefined, close() {} };
}

/** The directory of its images. Throws a CritError where there are none. */
export function imagesOf({ path, images }: Source): string {
  if (images !== undefined) return images;
  throw new CritError('format', 'is no checkpoint: neither pstree.img nor checkpoint/pstree.img is there', {
    image: path,
  });
}
