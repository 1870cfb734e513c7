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
export function sizesOf(files: Iterable<Unpacked>, images: string, archive: number | undefined): Sizes {
  const sums = { memory: 0, gpu: 0, images: 0, rootfsDiff: 0, sharedMemory: 0, other: 0 };
  let total = 0;
  for (const { image, size } of files) {
    total += size;
    sums[partOf(image, images)] += size;
  }
  const { other, ...parts } = sums;
  return { total, ...(archive !== undefined && { archive }), ...parts, other };
}

function partOf(image: string, images: string): Exclude<keyof Sizes, 'total' | 'archive'> {
  if (image === 'rootfs-diff.tar') return 'rootfsDiff';
  if (image === 'devshm-checkpoint.tar') return 'sharedMemory';
  const name = basename(image);
  if (!image.startsWith(images) || !(name.endsWith('.img') || /^stats-|^irmap-cache$/.test(name))) return 'other';
  return /^pages-\d+\.img$/.test(name) ? 'memory' : isGpuPages(name) ? 'gpu' : 'images';
}
