import { write } from 'node:fs';
import { Writable } from 'node:stream';

/** How long to wait for the reader of a pipe that is set not to block, in milliseconds. */
const RETRY_DELAY = 2;
/** Bytes that wait while others are being written, so that a process computes while the next one reads. */
const WAITING = 512 * 1024;

/** A stream into a file that is open: standard output, say. It is not closed at the end. */
export function fdSink(fd: number): Writable {
  return new Writable({
    highWaterMark: WAITING,
    write(chunk: Buffer, _encoding, callback) {
      writeAll(fd, chunk, callback);
    },
  });
}

function writeAll(fd: number, bytes: Uint8Array, callback: (error?: Error | null) => void): void {
  write(fd, bytes, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(() => writeAll(fd, bytes, callback), RETRY_DELAY);
    else if (error) callback(error);
    else if (written < bytes.length) writeAll(fd, bytes.subarray(written), callback);
    else callback();
  });
}
