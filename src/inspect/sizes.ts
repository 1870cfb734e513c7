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
  /** Contents of the memory of GPUs. */
  readonly gpu: number;
  readonly rootfsDiff: number;
  /** Shared memory that the engine keeps beside the images. */
  readonly sharedMemory: number;
  readonly other: number;
}

/** Images of CRIU's plugin for GPUs of AMD: descriptions of devices, and the contents of their memory. */
export function isGpuImage(image: string): boolean {
  return /^amdgpu-[\w-]+\.img$/.test(basename(image));
}

export function isGpuPages(image: string): boolean {
  return /^amdgpu-(?:drm-)?pages-[\w-]+\.img$/.test(basename(image));
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
    gpu: sum((image) => isImage(image) && isGpuPages(image)),
    images: sum((image) => isImage(image) && !isPages(image) && !isGpuPages(image)),
    rootfsDiff: sum((image) => image === 'rootfs-diff.tar'),
    sharedMemory: sum((image) => image === 'devshm-checkpoint.tar'),
  };
  const other = total - parts.memory - parts.gpu - parts.images - parts.rootfsDiff - parts.sharedMemory;
  return { total, ...(archive !== undefined && { archive }), ...parts, other };
}
