/** Deleted files that are made again beside their old names: room for their contents. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { isSystemError } from '../../error.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { lookAt } from './look-at.ts';

/** Bytes of a ghost image beside the contents, and more. */
const HEAD = 4096;
const KIB = 1024;

export function* findDisk({ files, images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const wanted = new Map<number, { bytes: number; directory: string; image: string; path: string }>();
  const seen = new Set<string>();
  for (const { orig_id } of images.entriesIfThere('remap-fpath.img', 'REMAP_FPATH')) {
    const file = files.get(orig_id);
    const image = file?.deleted?.image;
    if (image === undefined || file?.path === undefined || seen.has(image)) continue;
    seen.add(image);
    const bytes = Math.max(0, (images.size(image) ?? 0) - HEAD);
    const directory = dirname(file.path);
    // Directories that are missing CRIU makes.
    const there = lookAt(host.root, directory);
    if (!there || there === 'refused') continue;
    const sum = wanted.get(there.stats.dev);
    if (sum) sum.bytes += bytes;
    else wanted.set(there.stats.dev, { bytes, directory, image, path: there.path });
  }
  for (const { bytes, directory, image, path } of wanted.values()) {
    const free = freeAt(path);
    if (free === undefined || bytes <= free) continue;
    yield {
      severity: 'error',
      kind: 'disk',
      image,
      message: `deleted files of ${Math.ceil(bytes / KIB)} KiB are made again in ${directory}, where ${Math.floor(free / KIB)} KiB are free`,
      there: bytes,
      here: free,
      criu: 'No space left on device',
      mend: 'more room there, or crit-edit --path to where it is',
    };
  }
}

function freeAt(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
