/** Standard input for those who read it twice: a private file for the time. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnpackRoom } from '../../container/unpack-room.ts';
import { CritError, placed } from '../../error.ts';
import { STANDARD_INPUT, readChunks } from '../../files/read-chunks.ts';
import { cleanUpOnSignal } from './clean-up.ts';

/**
 * Does some work with the path of such a file, which is removed afterwards, whatever ends it. Throws a CritError where the input takes
 * more than `maxBytes`, or than is free.
 */
export async function withSpooledInput<T>(
  maxBytes: number | undefined,
  work: (path: string) => Promise<T>,
): Promise<T> {
  let top: string | undefined;
  const remove = (): void => {
    if (top !== undefined) rmSync(top, { recursive: true, force: true });
  };
  // Before there is anything to remove: a signal may come at any moment.
  const release = cleanUpOnSignal(remove);
  try {
    top = mkdtempSync(join(tmpdir(), 'crit-pipe.'));
    const path = join(top, 'input');
    await spool(path, new UnpackRoom(tmpdir(), maxBytes));
    try {
      return await work(path);
    } catch (error) {
      // Nobody knows the file.
      if (!(error instanceof CritError) || error.place.image !== path) throw error;
      throw new CritError(error.code, error.reason, { ...error.place, image: '-' }, error.cause);
    }
  } finally {
    remove();
    release();
  }
}

async function spool(path: string, room: UnpackRoom): Promise<void> {
  const fd = openSync(path, 'wx', 0o600);
  try {
    for await (const chunk of readChunks(STANDARD_INPUT)) {
      room.take(chunk.length);
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
    }
  } catch (error) {
    throw placed(error, { image: '-' });
  } finally {
    closeSync(fd);
  }
}
