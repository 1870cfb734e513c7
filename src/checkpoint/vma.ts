/**
 * A VMA of a process: a range of its addresses, and what is behind it. Source of the bits: CRIU's image.h and mmap(2).
 *
 * Addresses are bigints wherever they are told: they have 64 bits, and need not be multiples of a page in a damaged image.
 * Where pages are looked up and counted they have numbers, which are exact for all of an address space: 2^52 pages.
 */
import { fields, readAnyVarint, type Halves } from '../codec/wire.ts';
import { CritError } from '../error.ts';

/** Bits of `status`. */
export const VMA = {
  REGULAR: 0x1,
  STACK: 0x2,
  VSYSCALL: 0x4,
  VDSO: 0x8,
  HEAP: 0x20,
  FILE_PRIVATE: 0x40,
  FILE_SHARED: 0x80,
  ANON_SHARED: 0x100,
  SYSVIPC: 0x400,
  SOCKET: 0x800,
  VVAR: 0x1000,
  AIORING: 0x2000,
  MEMFD: 0x4000,
  EXT_PLUGIN: 0x8000000,
} as const;

/** Bits of `flags`: mmap(2). */
export const MAP_SHARED = 0x1;
export const MAP_GROWSDOWN = 0x100;
export const MAP_HUGETLB = 0x40000;

/** What a page holds that is not in the images: zeros, what the mapped file has there, or something of the kernel's. */
export type Backing = 'zero' | 'file' | 'kernel';

export interface Vma {
  /** The first address, and the first one behind it. */
  readonly start: bigint;
  readonly end: bigint;
  /** Numbers of the first page, and the page behind the last. */
  readonly page: number;
  readonly endPage: number;
  /** `rwx`, with `-` for what is not allowed. */
  readonly prot: string;
  /** Bits of mmap(2), and those of CRIU that say what kind it is. */
  readonly flags: number;
  readonly status: number;
  /** Whether what is written there is seen by others who map it. */
  readonly isShared: boolean;
  readonly backing: Backing;
  /** Id of the mapped file, and where it is mapped from, in bytes. */
  readonly file: number | undefined;
  readonly offset: bigint;
  /** The ID of the shared memory behind it, and the page of it at the start. */
  readonly shmem: number | undefined;
  readonly shmemPage: number;
  /** Bit n stands for advice n of madvise(2). */
  readonly madv: bigint;
  /** What `shmid` says: the ID of a file, of shared memory, or of a socket. */
  readonly shmid: number;
  /** Path of the mapped file, or a name in brackets. */
  readonly name: string;
}

/** Stands for addresses at which there is none. */
export const NOWHERE: Vma = {
  start: 0n,
  end: 0n,
  page: 0,
  endPage: 0,
  prot: '---',
  flags: 0,
  status: 0,
  isShared: false,
  backing: 'zero',
  file: undefined,
  offset: 0n,
  shmem: undefined,
  shmemPage: 0,
  madv: 0n,
  shmid: 0,
  name: '',
};

/** Names of what VMAs refer to. */
export interface VmaNames {
  /** A mapped file; for a memfd with the ID of its shared memory. */
  file(id: number): { readonly name: string; readonly shmem?: number | undefined } | undefined;
  /** Name of a System V segment by its ID. */
  segment(id: number): string | undefined;
}

/** What is true of all VMAs of a process. */
export interface VmaSurroundings {
  readonly names: VmaNames;
  readonly pageSize: number;
  /** An address on the main stack. */
  readonly stack: bigint;
}

/** The page that an address is in. */
export function pageOf(address: number | string | bigint, pageSize: number): number {
  return Number(BigInt(address) / BigInt(pageSize));
}

/** The first address of a page. */
export function addressOf(page: number, pageSize: number): bigint {
  return BigInt(page) * BigInt(pageSize);
}

/** An address as people write it. */
export function formatAddress(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** Values of a vma_entry by the numbers of its fields, which are halves of 64 bits. */
const FIELDS = 10;
const HALVES: Halves = { lo: 0, hi: 0 };
const VALUES = new BigUint64Array(FIELDS);

/** Reads the vma_entry between two positions. Throws a WireError where it is none. */
export function readVma(
  bytes: Uint8Array,
  from: number,
  end: number,
  { names, pageSize, stack }: VmaSurroundings,
): Vma {
  VALUES.fill(0n);
  for (const field of fields(bytes, from, end)) {
    if (field.number >= FIELDS || field.wire !== 0) continue;
    readAnyVarint(bytes, field.value, field.end, HALVES);
    VALUES[field.number] = (BigInt(HALVES.hi) << 32n) | BigInt(HALVES.lo);
  }
  const [, start = 0n, behind = 0n, offset = 0n, shmid = 0n, prot = 0n, flagBits = 0n, statusBits = 0n] = VALUES;
  const madv = VALUES[9] ?? 0n;
  const status = Number(statusBits);
  const flags = Number(flagBits);
  const id = Number(shmid);
  if (!Number.isSafeInteger(id)) throw new CritError('format', `${shmid} is no ID of a file or of shared memory`);
  const isFile = (status & (VMA.FILE_PRIVATE | VMA.FILE_SHARED)) !== 0;
  const file = isFile ? names.file(id) : undefined;
  const shmem = (status & VMA.ANON_SHARED) !== 0 ? id : (status & VMA.MEMFD) !== 0 ? file?.shmem : undefined;
  const isOfKernel = (status & (VMA.VSYSCALL | VMA.VVAR | VMA.SOCKET | VMA.AIORING)) !== 0;
  return {
    start,
    end: behind,
    page: pageOf(start, pageSize),
    endPage: pageOf(behind, pageSize),
    prot: `${prot & 1n ? 'r' : '-'}${prot & 2n ? 'w' : '-'}${prot & 4n ? 'x' : '-'}`,
    flags,
    status,
    isShared: (flags & MAP_SHARED) !== 0,
    backing: isOfKernel ? 'kernel' : isFile && shmem === undefined ? 'file' : 'zero',
    file: isFile ? id : undefined,
    offset,
    shmem,
    shmemPage: pageOf(offset, pageSize),
    madv,
    shmid: id,
    name: file?.name ?? nameOf(status, id, names, stack >= start && stack < behind),
  };
}

function nameOf(status: number, id: number, names: VmaNames, hasStack: boolean): string {
  if (status & VMA.VSYSCALL) return '[vsyscall]';
  if (status & VMA.VVAR) return '[vvar]';
  if (status & VMA.VDSO) return '[vdso]';
  if (status & VMA.HEAP) return '[heap]';
  if (status & VMA.STACK) return '[stack]';
  if (status & VMA.AIORING) return '[aio]';
  if (status & VMA.SOCKET) return '[socket]';
  if (status & VMA.SYSVIPC) return names.segment(id) ?? '[sysv]';
  if (status & VMA.ANON_SHARED) return '[shared]';
  if (status & (VMA.FILE_PRIVATE | VMA.FILE_SHARED)) return '[file]';
  return hasStack ? '[stack]' : '[anon]';
}
