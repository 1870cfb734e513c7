import { basename } from 'node:path';
import type { Unpacked } from '../container/unpack.ts';

/** Bytes of the parts of a checkpoint. */
export interface Sizes {
  /** Of all files. */
  readonly total: number;
  /** Of the archive as it is, where it was one. */
  readonly archive?: number;
  readonly images: number;
  /** Contents of memory that are in this checkpoint. */
  readonly memory: number;
  readonly rootfsDiff: number;
  /** Shared memory that the engine keeps beside the images. */
  readonly sharedMemory: number;
  readonly other: number;
}

/** Adds up files by what they are. `images` is the directory of CRIU's images, which ends in a slash if it is not the top. */
export function sizesOf(files: readonly Unpacked[], images: string, archive: number | undefined): Sizes {
  const sum = (wanted: (image: string) => boolean): number =>
    files.reduce((total, { image, size }) => (wanted(image) ? total + size : total), 0);
  const isPages = (image: string): boolean => /^pages-\d+\.img$/.test(basename(image));
  const isImage = (image: string): boolean =>
    image.startsWith(images) && (image.endsWith('.img') || /^stats-|^irmap-cache$/.test(basename(image)));
  const total = sum(() => true);
  const parts = {
    memory: sum((image) => isImage(image) && isPages(image)),
    images: sum((image) => isImage(image) && !isPages(image)),
    rootfsDiff: sum((image) => image === 'rootfs-diff.tar'),
    sharedMemory: sum((image) => image === 'devshm-checkpoint.tar'),
  };
  const other = total - parts.memory - parts.images - parts.rootfsDiff - parts.sharedMemory;
  return { total, ...(archive !== undefined && { archive }), ...parts, other };
}
