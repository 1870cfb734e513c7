import { close, open, read } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Bytes that are asked for at once: enough that system calls cost nothing, little enough to stay in the cache. */
const CHUNK_SIZE = 256 * 1024;
/** How long to wait for a pipe that is set not to block and has nothing yet, in milliseconds. */
const RETRY_DELAY = 2;

/** Standard input, as a file that is open. */
export const STANDARD_INPUT = 0;

/** The bytes of a file, by its path or its descriptor, in chunks that are valid until the next one. */
export async function* readChunks(source: string | number): AsyncGenerator<Buffer, void, undefined> {
  const fd = typeof source === 'number' ? source : await openFile(source);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    for (;;) {
      const size = await readSome(fd, buffer);
      if (size === 0) return;
      yield buffer.subarray(0, size);
    }
  } finally {
    if (typeof source !== 'number') close(fd);
  }
}

function openFile(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (error, fd) => (error ? reject(error) : resolve(fd)));
  });
}

async function readSome(fd: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return await readOnce(fd, buffer);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      await setTimeout(RETRY_DELAY);
    }
  }
}

function readOnce(fd: number, buffer: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, null, (error, size) => (error ? reject(error) : resolve(size)));
  });
}
