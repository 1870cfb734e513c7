import { fstatSync, write, writeSync } from 'node:fs';

/** How long to wait for the reader of a pipe that is set not to block, in milliseconds. */
const RETRY_DELAY = 1;

/** Bytes below which a chunk is little. */
const SMALL = 16 * 1024;

/**
 * Writes chunks into a file that is open: standard output, say.
 *
 * While a pipe takes one chunk, the next one is asked for, so that a process computes while its reader reads. A chunk is
 * used until the next but one is asked for.
 */
export async function writeChunks(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, fd: number): Promise<void> {
  const isFile = fstatSync(fd).isFile();
  let last = Promise.resolve();
  for await (const chunk of chunks) {
    await last;
    // A file does not let its writer wait, nor does a pipe where little is written; starting Node's pool of threads costs
    // 3 ms, and each write in it three changes of thread.
    if (isFile || chunk.length < SMALL) {
      last = writeAtOnce(fd, chunk);
      continue;
    }
    last = writeAll(fd, chunk);
    // It is awaited, but not before the next chunk is there.
    last.catch(() => {});
  }
  await last;
}

/** What does not go at once goes the other way. */
function writeAtOnce(fd: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(fd, bytes, done);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    return writeAll(fd, bytes.subarray(done));
  }
  return Promise.resolve();
}

async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await writeSome(fd, bytes, done);
}

function writeSome(fd: number, bytes: Uint8Array, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, from, bytes.length - from, null, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => resolve(0), RETRY_DELAY);
      else if (error) reject(error);
      else resolve(written);
    });
  });
}
