/** One thing that two checkpoints do not have in common. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: Kind;
  /** The process that it is about, by its pid in the first checkpoint that has it. */
  readonly pid?: number;
  readonly tid?: number;
  /** What it is about: a command line, a path, a range of addresses, an image. */
  readonly name: string;
  /** Which of its facts changed, by the names of CRIU's fields: `rlimits.nofile.cur`. */
  readonly field?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Descriptors that share an open file, as PID:FD. */
  readonly users?: readonly string[];
  /** Of memory: how many pages are on one side alone, on both but different, the same. */
  readonly pages?: PageCounts;
  /** Of bytes that changed: where they are, in hexadecimal digits. */
  readonly address?: string;
}

export const KINDS = [
  'container',
  'process',
  'thread',
  'registers',
  'file',
  'socket',
  'vma',
  'memory',
  'bytes',
  'strings',
  'mount',
  'cgroup',
  'image',
  'statistics',
] as const;

export type Kind = (typeof KINDS)[number];

export interface PageCounts {
  added: number;
  removed: number;
  changed: number;
  same: number;
  /** Bytes that are others in the pages that changed. */
  bytes: number;
}

export function noPages(): PageCounts {
  return { added: 0, removed: 0, changed: 0, same: 0, bytes: 0 };
}

export function hasChanged({ added, removed, changed }: PageCounts): boolean {
  return added + removed + changed > 0;
}
