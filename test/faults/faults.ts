import { constants } from 'node:os';

/** One call of a run that fails, or does less, or brings a signal. */
export interface Fault {
  /** The name of the call as the C library has it, or `any`. */
  readonly call: string;
  /** Its number in the run, from 1. */
  readonly at: number;
  readonly kind: string;
}

const FILES = ['EIO'];
const NAMES = ['EIO', 'ENOSPC'];
const READS = ['EIO', 'EINTR', 'EAGAIN', 'short'];
const WRITES = ['EIO', 'ENOSPC', 'EINTR', 'EAGAIN', 'short'];

/** What can happen to a call; those that are not here can only fail with EIO. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  open64: ['EIO', 'EMFILE', 'ENOSPC', 'EINTR'],
  scandir64: ['EIO', 'EMFILE'],
  opendir: ['EIO', 'EMFILE'],
  read: READS,
  readv: READS,
  pread64: READS,
  preadv64: READS,
  write: WRITES,
  writev: WRITES,
  pwrite64: WRITES,
  pwritev64: WRITES,
  sendfile64: WRITES,
  recvmsg: ['EIO', 'EINTR', 'EAGAIN'],
  accept4: ['EMFILE', 'EINTR', 'EAGAIN'],
  copy_file_range: NAMES,
  rename: NAMES,
  link: NAMES,
  symlink: NAMES,
  mkdir: NAMES,
  mkdtemp: NAMES,
  fsync: NAMES,
  fdatasync: NAMES,
  ftruncate64: NAMES,
  close: NAMES,
};

/** Every kind of fault at the first, a middle and the last use of each call. */
export function faultsOf(calls: readonly string[]): Fault[] {
  const uses = new Map<string, number>();
  for (const call of calls) uses.set(call, (uses.get(call) ?? 0) + 1);
  return [...uses].flatMap(([call, count]) =>
    [...new Set([1, Math.ceil(count / 2), count])].flatMap((at) =>
      (KINDS[call] ?? FILES).map((kind) => ({ call, at, kind })),
    ),
  );
}

export const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;

/** Each signal before `count` calls of a run, drawn from a seed: the state of files changes at calls alone. */
export function killsOf(calls: readonly string[], count: number, random: () => number): Fault[] {
  return SIGNALS.flatMap((kind) => {
    const places = new Set(Array.from({ length: count }, () => 1 + Math.floor(random() * calls.length)));
    return [...places].sort((a, b) => a - b).map((at) => ({ call: 'any', at, kind }));
  });
}

/** What the library is told to do. */
export function deedOf({ kind }: Fault): string {
  if (kind === 'short') return kind;
  const signal = SIGNALS.find((each) => each === kind);
  if (signal !== undefined) return `signal ${constants.signals[signal]}`;
  const number = Object.entries(constants.errno).find(([name]) => name === kind)?.[1];
  if (number === undefined) throw new Error(`no such error: ${kind}`);
  return `errno ${number}`;
}
