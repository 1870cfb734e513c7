/** Operands of filters of lines that also take a checkpoint itself. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { mayBeArchive } from '../../container/may-be-archive.ts';
import { CritError } from '../../error.ts';
import type { Arguments } from '../command/arguments.ts';

/** Paths, of which `-` is standard input. */
export function pathsOf(args: Arguments): readonly string[] {
  return args.operands.length > 0 ? args.operands : ['-'];
}

/** The checkpoint that is named itself; undefined where lines are read. */
export function checkpointOf(paths: readonly string[]): string | undefined {
  const checkpoints = paths.filter((path) => path !== '-' && isCheckpoint(path));
  if (checkpoints.length > 0 && paths.length > 1)
    throw new CritError('usage', 'one checkpoint at a time: a second input beside it');
  return checkpoints[0];
}

function isCheckpoint(path: string): boolean {
  return existsSync(path) && (statSync(path).isDirectory() || mayBeArchive(path));
}

/** Whether it is a directory of images as CRIU writes it, and no archive in a directory. */
export function isPlainDirectory(path: string): boolean {
  return path !== '-' && statSync(path).isDirectory() && !mayBeArchive(path);
}

/**
 * Whether a directory to be written is the checkpoint itself. Throws a CritError where it must not be, or lies in the checkpoint.
 */
export function isInPlace(checkpoint: string, directory: string, force: boolean): boolean {
  if (!existsSync(directory) || realpathSync(checkpoint) !== realpathSync(directory)) {
    if (isInside(directory, checkpoint))
      throw new CritError('usage', 'lies in the checkpoint, which is read while it is written', { image: directory });
    return false;
  }
  if (!force) throw new CritError('name', 'is the checkpoint itself: -f changes it', { image: directory });
  if (mayBeArchive(checkpoint))
    throw new CritError('usage', 'an archive is not changed in its place: name another directory', {
      image: directory,
    });
  return true;
}

function isInside(path: string, directory: string): boolean {
  return resolve(path).startsWith(`${realpathSync(directory)}/`) || resolve(path).startsWith(`${resolve(directory)}/`);
}
