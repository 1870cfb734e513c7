import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mayBeArchive } from '../../container/may-be-archive.ts';
import { CritError } from '../../error.ts';
import { rawMagicByFile } from '../../schema/images.ts';
import { cleanUpOnSignal } from './clean-up.ts';

/** The directory of CRIU's images in that of an engine. */
const NESTED = 'checkpoint';

/**
 * The directory of the images that a path names: itself, `checkpoint` in it where an engine wrote it, or, for an archive, a
 * private copy, which is removed when this process ends, whatever ends it. `wanted` are the files of the copy.
 */
export async function checkpointDirectory(path: string, wanted: (image: string) => boolean = isImage): Promise<string> {
  if (!mayBeArchive(path)) return imagesIn(path);
  const { unpackArchive } = await import('../../container/unpack.ts');
  const archive = await unpackArchive(path, { wanted, onStart: cleanUpOnSignal });
  return archive ? imagesIn(archive.directory) : path;
}

/** The same for commands that need a directory: a single file is an error that says what to name instead. */
export async function imageDirectory(path: string): Promise<string> {
  const directory = await checkpointDirectory(path);
  if (statSync(directory, { throwIfNoEntry: false })?.isFile()) {
    const what = rawMagicByFile(path) === 'PAGES' ? 'raw memory, whose addresses are in a pagemap' : 'a single file';
    throw new CritError('usage', `${what}: name the directory or the archive of its checkpoint`, { image: path });
  }
  return directory;
}

/** All but archives within the archive, which are the largest that is there beside memory. */
function isImage(image: string): boolean {
  return !image.endsWith('.tar');
}

function imagesIn(path: string): string {
  const nested = join(path, NESTED);
  return !existsSync(join(path, 'pstree.img')) && existsSync(join(nested, 'pstree.img')) ? nested : path;
}
