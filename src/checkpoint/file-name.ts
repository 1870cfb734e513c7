/** What open files without a path are called, as /proc/PID/fd shows them. */
import type { FileEntry, MemfdInodeEntry } from '../schema/generated/messages.ts';
import { textOf, textOfBytes } from './text.ts';

/** What the kernel calls files that stand in no directory, by their kinds. */
const ANONYMOUS: ReadonlyMap<unknown, string> = new Map([
  ['EVENTFD', 'anon_inode:[eventfd]'],
  ['EVENTPOLL', 'anon_inode:[eventpoll]'],
  ['SIGNALFD', 'anon_inode:[signalfd]'],
  ['INOTIFY', 'anon_inode:inotify'],
  ['FANOTIFY', 'anon_inode:[fanotify]'],
  ['TIMERFD', 'anon_inode:[timerfd]'],
  ['BPFMAP', 'anon_inode:bpf-map'],
  ['PIDFD', 'anon_inode:[pidfd]'],
  ['TUNF', '/dev/net/tun'],
]);

/** Kinds of namespaces by their CLONE_NEW* bits: clone(2). */
const NAMESPACES: ReadonlyMap<number, string> = new Map([
  [0x80, 'time'],
  [0x20000, 'mnt'],
  [0x2000000, 'cgroup'],
  [0x4000000, 'uts'],
  [0x8000000, 'ipc'],
  [0x10000000, 'user'],
  [0x20000000, 'pid'],
  [0x40000000, 'net'],
]);

/** A name for what has no path. The number of a namespace is CRIU's. */
export function fileName(entry: FileEntry, memfd: (inode: string) => MemfdInodeEntry | undefined): string {
  const { type, id, pipe, fifo, isk, usk, nsf, memfd: open } = entry;
  if (pipe) return `pipe:[${pipe.pipe_id}]`;
  if (fifo) return `fifo:[${fifo.pipe_id}]`;
  if (usk) return `socket:[${usk.ino}]${usk.name === '' ? '' : ` ${unixName(usk.name)}`}`;
  if (isk) return `socket:[${isk.ino}]`;
  if (nsf) return `${NAMESPACES.get(nsf.ns_cflag) ?? 'ns'}:[${nsf.ns_id}]`;
  const inode = open && memfd(String(open.inode_id));
  if (inode) return memfdName(inode);
  return ANONYMOUS.get(type) ?? `${type}.${id}`;
}

/** The kernel calls shared anonymous memory /dev/zero, and a memfd by the name that it was given. */
export function memfdName({ name }: MemfdInodeEntry): string {
  const text = textOf(name);
  return text.startsWith('/') ? text : `/memfd:${text}`;
}

/** The name of a unix socket, from the base64 of its bytes; an abstract one begins with `@`, as in /proc/net/unix. */
export function unixName(name: string): string {
  const bytes = Buffer.from(name, 'base64');
  // A path ends with a zero byte, which belongs to it no more than in open(2); in an abstract name all bytes count.
  const end = bytes[0] === 0 ? bytes.length : bytes.indexOf(0);
  return textOfBytes(end < 0 ? bytes : bytes.subarray(0, end)).replaceAll('\0', '@');
}
