/** The statistics that a path names. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openSource, type Source } from '../../../checkpoint/source.ts';
import { DUMP_STATISTICS, RESTORE_STATISTICS, readStatistics } from '../../../checkpoint/statistics.ts';
import { mayBeArchive } from '../../../container/may-be-archive.ts';
import type { Unpacked } from '../../../container/unpack.ts';
import { CritError, placed } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { archiveLimits } from '../../io/open-checkpoint.ts';
import type { NamedStats } from './text.ts';

/** Those of one input, under its name. */
export async function ask(args: Arguments, path: string): Promise<NamedStats> {
  return { ...(await withStatistics(args, path, readNamed)), path };
}

/** Asks for the statistics that a path names; of an archive or of standard input, a directory with its statistics. */
export async function withStatistics<T>(args: Arguments, path: string, read: (path: string) => T): Promise<T> {
  if (path !== '-' && !mayBeArchive(path)) return read(path);
  const wanted = (image: string): boolean => basename(image).startsWith('stats-');
  let source: Source | undefined;
  try {
    source = await openSource(path, {
      wanted,
      fileName: DUMP_STATISTICS,
      onUnpack: cleanUpOnSignal,
      ...archiveLimits(args),
    });
    // Engines put them beside the images, or where their own files are.
    return read(join(source.top, folderOf(source.members ?? [], wanted)));
  } catch (error) {
    // The directory is private: what the user named is known.
    throw error instanceof CritError ? new CritError(error.code, error.reason, { image: path }, error.cause) : error;
  } finally {
    source?.close();
  }
}

/** The directory of the first file that is wanted. */
function folderOf(members: Iterable<Unpacked>, wanted: (image: string) => boolean): string {
  for (const { image } of members) if (wanted(image)) return dirname(image);
  return '.';
}

/** The statistics of a file, or both kinds that a directory has. */
function readNamed(path: string): NamedStats {
  if (!isDirectory(path)) return { path, stats: readStatistics(path) };
  const found = [DUMP_STATISTICS, RESTORE_STATISTICS]
    .map((name) => join(path, name))
    .filter((file) => existsSync(file));
  if (found.length === 0)
    throw new CritError('io', `has neither ${DUMP_STATISTICS} nor ${RESTORE_STATISTICS}`, { image: path });
  const [first, second] = found.map((each) => readStatistics(each));
  return { path, stats: { ...first, ...second } };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw placed(error, { image: path });
  }
}
