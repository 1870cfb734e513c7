/** The build-id of a file beside the one that it had, as CRIU compares them: only where both have one. */
import { closeSync, openSync } from 'node:fs';
import { isSystemError } from '../../error.ts';
import { readBuildId } from '../../files/build-id.ts';
import type { RegFileEntry } from '../../schema/generated/messages.ts';

/** Both, where they differ. CRIU looks only at files whose size it knows. */
export function compareBuildId(
  { size, build_id = [] }: RegFileEntry,
  path: string,
): { readonly there: string; readonly here: string } | undefined {
  if (size === undefined || build_id.length === 0) return undefined;
  const bytes = Buffer.alloc(4 * build_id.length);
  for (const [index, word] of build_id.entries()) bytes.writeUInt32LE(word, 4 * index);
  const there = bytes.toString('hex');
  const here = buildIdAt(path);
  // CRIU keeps whole words.
  if (here === undefined || here.padEnd(Math.ceil(here.length / 8) * 8, '0') === there) return undefined;
  return { there, here };
}

/** Undefined where it has none, or may not be read. */
function buildIdAt(path: string): string | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      return readBuildId(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
