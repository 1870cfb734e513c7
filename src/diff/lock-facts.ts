/** The locks that a process holds on files, by descriptor. Source: fcntl(2), flock(2). */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';

const KINDS: ReadonlyMap<number, string> = new Map([
  [1, 'posix'],
  [2, 'flock'],
  [4, 'ofd'],
  [8, 'lease'],
]);
const TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'read'],
  [1, 'write'],
]);

/** Each lock as text: its kind, whether it is for reading or writing, and the bytes that it is on. */
export function lockFacts({ images }: Checkpoint, pid: number): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const lock of images.entriesIfThere('filelocks.img', 'FILE_LOCKS')) {
    if (lock.pid !== pid) continue;
    const { flag, type, fd, start, len } = lock;
    const range = Number(len) === 0 ? `from ${start} on` : `${start} to ${BigInt(start) + BigInt(len) - 1n}`;
    const text = `${KINDS.get(flag) ?? `kind ${flag}`} ${TYPES.get(type) ?? `type ${type}`} ${range}`;
    found.set(fd, [...(found.get(fd) ?? []), text].sort());
  }
  return found;
}
