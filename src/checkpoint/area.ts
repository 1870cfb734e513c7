/** Memory areas of a process, with their names. Source of the bits: CRIU's image.h and mmap(2). */
import type { VmaEntry } from '../schema/generated/messages.ts';

const SHARED = 0x1;
const STACK = 0x2;
const VSYSCALL = 0x4;
const VDSO = 0x8;
const HEAP = 0x20;
const FILE_PRIVATE = 0x40;
const FILE_SHARED = 0x80;
const ANON_SHARED = 0x100;
const SYSVIPC = 0x400;
const SOCKET = 0x800;
const VVAR = 0x1000;
const AIORING = 0x2000;
const MEMFD = 0x4000;

/** What a page holds that is not in the images: zeros, what the mapped file has there, or something of the kernel's. */
export type Backing = 'zero' | 'file' | 'kernel';

export interface Area {
  /** Numbers of the first page and the page behind the last. */
  readonly start: number;
  readonly end: number;
  /** `rwx`, with `-` for what is not allowed. */
  readonly prot: string;
  readonly isShared: boolean;
  /** Path of the mapped file, or a name in brackets. */
  readonly name: string;
  readonly backing: Backing;
  /** The ID of the shared memory behind it, and the page of it at the area's start. */
  readonly shmem: number | undefined;
  readonly shmemPage: number;
}

/** Names of files and of shared memory, as areas refer to them. */
export interface Names {
  /** Path of a file by its id; for a memfd with the ID of its shared memory. */
  file(id: number): { name: string; shmem?: number } | undefined;
  /** Name of a System V segment by its ID. */
  segment(id: number): string | undefined;
}

/** The page that an address is in. */
export function pageOf(address: number | string | bigint, pageSize: number): number {
  return Number(BigInt(address) / BigInt(pageSize));
}

/** `stackAddress` is an address on the main stack. */
export function areaOf(vma: VmaEntry, names: Names, pageSize: number, stackAddress: number | string): Area {
  const { status } = vma;
  const start = pageOf(vma.start, pageSize);
  const end = pageOf(vma.end, pageSize);
  const id = Number(vma.shmid);
  const isFile = (status & (FILE_PRIVATE | FILE_SHARED)) !== 0;
  const file = isFile ? names.file(id) : undefined;
  const shmem = (status & ANON_SHARED) !== 0 ? id : (status & MEMFD) !== 0 ? file?.shmem : undefined;
  const stack = pageOf(stackAddress, pageSize);
  const isOfKernel = (status & (VSYSCALL | VVAR | SOCKET | AIORING)) !== 0;
  return {
    start,
    end,
    prot: `${vma.prot & 1 ? 'r' : '-'}${vma.prot & 2 ? 'w' : '-'}${vma.prot & 4 ? 'x' : '-'}`,
    isShared: (vma.flags & SHARED) !== 0,
    name: file?.name ?? nameOf(status, id, names, stack >= start && stack < end),
    backing: isOfKernel ? 'kernel' : isFile && shmem === undefined ? 'file' : 'zero',
    shmem,
    shmemPage: pageOf(vma.pgoff, pageSize),
  };
}

function nameOf(status: number, id: number, names: Names, hasStack: boolean): string {
  if (status & VSYSCALL) return '[vsyscall]';
  if (status & VVAR) return '[vvar]';
  if (status & VDSO) return '[vdso]';
  if (status & HEAP) return '[heap]';
  if (status & STACK) return '[stack]';
  if (status & AIORING) return '[aio]';
  if (status & SOCKET) return '[socket]';
  if (status & SYSVIPC) return names.segment(id) ?? '[sysv]';
  if (status & ANON_SHARED) return '[shared]';
  if (status & (FILE_PRIVATE | FILE_SHARED)) return '[file]';
  return hasStack ? '[stack]' : '[anon]';
}
