/** Whether the reader of a pipe has taken everything that was written into it: what is in the pipe is lost where it dies. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isSystemError } from '../../../error.ts';

/** As much as a pipe can hold, so that one read takes all of it. */
const PIPE_LIMIT = 1024 * 1024;
const LONGEST_WAIT = 50;

/**
 * Waits until nothing is left in a pipe that is open for writing. Node cannot ask for that, but a pipe can be opened again to
 * read from it: where it gives nothing, its reader has everything; what it gives is put back, in its order, since nobody else
 * writes. Throws EPIPE where its reader has gone. Anything but a pipe has taken what was written.
 */
export async function drained(fd: number): Promise<void> {
  if (!fstatSync(fd).isFIFO()) return;
  const buffer = Buffer.allocUnsafeSlow(PIPE_LIMIT);
  for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const left = readAll(fd, buffer);
    if (left === 0) return;
    await putBack(fd, buffer.subarray(0, left));
    await setTimeout(wait);
  }
}

function readAll(fd: number, buffer: Buffer): number {
  // Only now is there a second reader: with one, the death of the first would not be noticed.
  const reader = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readSync(reader, buffer);
  } catch (error) {
    if (isNotReady(error)) return 0;
    throw error;
  } finally {
    closeSync(reader);
  }
}

async function putBack(fd: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (!isNotReady(error)) throw error;
      await setTimeout(1);
    }
  }
}

function isNotReady(error: unknown): boolean {
  return isSystemError(error) && error.code === 'EAGAIN';
}
