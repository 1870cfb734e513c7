import { fstatSync, write, writeSync } from 'node:fs';

/** How long to wait for the reader of a pipe that is set not to block, in milliseconds. */
const RETRY_DELAY = 1;

/**
 * Writes chunks into a file that is open: standard output, say.
 *
 * While a pipe takes one chunk, the next one is asked for, so that a process computes while its reader reads. A chunk is
 * used until the next but one is asked for.
 */
export async function writeChunks(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, fd: number): Promise<void> {
  // A file does not let its writer wait, and Node's pool of threads costs three changes of thread a chunk.
  const isFile = fstatSync(fd).isFile();
  let last = Promise.resolve();
  for await (const chunk of chunks) {
    if (isFile) {
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
      continue;
    }
    await last;
    last = writeAll(fd, chunk);
    // It is awaited, but not before the next chunk is there.
    last.catch(() => {});
  }
  await last;
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
