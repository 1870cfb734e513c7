import { readSync } from 'node:fs';

/** So many bytes from a place of a file that is open; fewer where it ends before. One call may give fewer than there are. */
export function readFully(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const size = readSync(fd, bytes, done, length - done, offset + done);
    if (size === 0) break;
    done += size;
  }
  return bytes.subarray(0, done);
}
