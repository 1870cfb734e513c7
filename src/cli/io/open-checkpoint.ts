import { statSync } from 'node:fs';
import { Checkpoint, type CheckpointOptions } from '../../checkpoint/checkpoint.ts';
import { isPageSize } from '../../checkpoint/page-size.ts';
import type { ArchiveLimits } from '../../container/archive-limits.ts';
import { mayBeArchive } from '../../container/may-be-archive.ts';
import { CritError } from '../../error.ts';
import { rawMagicByFile } from '../../schema/images.ts';
import type { Arguments } from '../command/arguments.ts';
import { cleanUpOnSignal } from './clean-up.ts';
import { sizeOption } from './number-option.ts';
import { schemaOf } from './schema.ts';

/**
 * The checkpoint that a path names, with what --proto, --page-size and --parent say of it. The private copy of an archive is removed when
 * it is closed, or when this process ends, whatever ends it.
 */
export async function openCheckpoint(
  args: Arguments,
  path: string,
  facts: Pick<CheckpointOptions, 'mayMissParent' | 'wanted'> = {},
): Promise<Checkpoint> {
  refuseSingleFile(path);
  return Checkpoint.open(path, {
    ...facts,
    schema: await schemaOf(args),
    pageSize: pageSizeIn(args),
    parents: args.values('parent'),
    ...archiveLimits(args),
    onUnpack: cleanUpOnSignal,
  });
}

/** A file of its own is an error that says what to name instead. */
function refuseSingleFile(path: string): void {
  if (path === '-' || mayBeArchive(path) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  const what = rawMagicByFile(path) === 'PAGES' ? 'raw memory, whose addresses are in a pagemap' : 'a single file';
  throw new CritError('usage', `${what}: name the directory or the archive of its checkpoint`, { image: path });
}

/** What --max-unpacked and --max-window say. */
export function archiveLimits(args: Arguments): ArchiveLimits {
  return { maxUnpacked: sizeOption(args, 'max-unpacked'), maxWindow: sizeOption(args, 'max-window') };
}

/** What --page-size says. */
export function pageSizeIn(args: Arguments): number | undefined {
  const text = args.value('page-size');
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!isPageSize(size)) throw new CritError('usage', `--page-size ${text} is not a power of two from 4096 to 65536`);
  return size;
}
