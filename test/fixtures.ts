import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('fixtures/', import.meta.url));

// Git keeps no modes of files but whether they are programs, and what it makes is not what CRIU makes: images are for their
// owner alone.
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  const mode = entry.isFile() ? statSync(path).mode & 0o777 : 0;
  if (mode & 0o077) chmodSync(path, mode & 0o700);
}

/** The path of a fixture: `fixture('real/simple')`. */
export function fixture(path: string): string {
  return root + path;
}

/** Names of what is in a directory of fixtures, in order. */
export function fixtureNames(directory: string): string[] {
  return readdirSync(root + directory).sort();
}

/** Names of the checkpoints under `real/`. */
export const CHECKPOINTS: readonly string[] = fixtureNames('real');

/** Crafted images that are protobuf as CRIU does not write it: packing them keeps their meaning, not their bytes. */
export const UNUSUAL: readonly string[] = [
  'PSTREE-duplicate-field.img',
  'PSTREE-max-varint32.img',
  'PSTREE-out-of-order.img',
  'PSTREE-overlong-varint.img',
  'PSTREE-packed-threads.img',
];

/** Crafted images in which a field stands behind ones of greater numbers: crit-cat says so, and they come back whole. */
export const OUT_OF_ORDER: readonly string[] = ['MNTS-non-utf8.img', 'REG_FILES-non-utf8.img', 'UTSNS-non-utf8.img'];
