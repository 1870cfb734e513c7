/** The checkpoints that a folder holds. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imagesIn } from '../checkpoint/images-in.ts';
import { mayBeArchive } from '../container/may-be-archive.ts';
import { isImageLayout } from '../container/oci/is-image-layout.ts';
import { placed } from '../error.ts';
import { isStaging } from '../files/staging.ts';

/** Names under which archives are kept: what is called so and is none is a broken one. */
const ARCHIVE = /\.(?:tar|tar\.gz|tgz|tar\.zst|tzst)$/;
const CONFIG = 'config.dump';

/**
 * The paths of the archives and directories of checkpoints in a folder, by name; undefined where the path is a checkpoint
 * itself, or no folder of any.
 */
export function checkpointsIn(path: string): string[] | undefined {
  if (path === '-' || !isDirectory(path) || holdsOne(path)) return undefined;
  let names: string[];
  try {
    names = readdirSync(path)
      .filter((name) => !isStaging(name))
      .sort();
  } catch (error) {
    throw placed(error, { image: path });
  }
  if (names.includes(CONFIG)) return undefined;
  const found = names.map((name) => join(path, name)).filter(isCheckpoint);
  return found.length > 0 ? found : undefined;
}

function isCheckpoint(path: string): boolean {
  return isDirectory(path) ? holdsOne(path) : ARCHIVE.test(path) || mayBeArchive(path);
}

/** Whether a directory is a checkpoint itself. */
function holdsOne(path: string): boolean {
  return imagesIn(path) !== undefined || isImageLayout(path);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
