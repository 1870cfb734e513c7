/** CRIU's statistics of one dump or restore. */
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { DumpStatsEntry, RestoreStatsEntry, StatsEntry } from '../schema/generated/messages.ts';
import { readEntries } from '../files/read-entries.ts';

export const DUMP_STATISTICS = 'stats-dump';
export const RESTORE_STATISTICS = 'stats-restore';

/** Numbers of a dump, in microseconds and pages, under the names that CRIU gives them. Absent is what that CRIU did not count. */
export type DumpStats = Omit<DumpStatsEntry, '@unknown'>;
/** Numbers of a restore. */
export type RestoreStats = Omit<RestoreStatsEntry, '@unknown'>;

/**
 * The statistics of a dump: those in stats-dump of a directory, or in a file of any name, or one that is open. Numbers above 2^53-1 are strings.
 * Throws a CritError where they are not there.
 */
export function readDumpStats(path: string | number): DumpStats {
  const source = typeof path === 'string' ? statisticsPath(path, DUMP_STATISTICS) : path;
  const { dump } = readStatistics(source);
  if (!dump) throw new CritError('format', 'has no statistics of a dump', { image: nameOf(source) });
  return dump;
}

/** The statistics of a restore: those in stats-restore of a directory, or in a file of any name. */
export function readRestoreStats(path: string): RestoreStats {
  const { restore } = readStatistics(statisticsPath(path, RESTORE_STATISTICS));
  if (!restore) throw new CritError('format', 'has no statistics of a restore', { image: path });
  return restore;
}

/** The one entry of a file of statistics, by its path, which may lead to a pipe, or as a file that is open. */
export function readStatistics(source: string | number): StatsEntry {
  const image = nameOf(source);
  const fd = typeof source === 'string' ? openAny(source) : source;
  try {
    const { value } = readEntries(fd, image, 'STATS').next();
    if (value === undefined) throw new CritError('format', 'no image of statistics', { image });
    return value;
  } finally {
    if (fd !== source) closeSync(fd);
  }
}

function openAny(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw placed(error, { image: path });
  }
}

function nameOf(source: string | number): string {
  return typeof source === 'string' ? source : '-';
}

/** Where the statistics that a path names are: it may be the file or its directory. */
export function statisticsPath(path: string, name: string): string {
  try {
    return statSync(path).isDirectory() ? join(path, name) : path;
  } catch (error) {
    throw placed(error, { image: path });
  }
}
