/** A process with every kind of memory, whose contents are known, in all the ways in which CRIU stores them. */
import { join } from 'node:path';
import {
  ANON_PRIVATE,
  FILE_PRIVATE,
  FILE_SHARED,
  HEAP,
  MEMFD_PRIVATE,
  MEMFD_SHARED,
  PAGE,
  SHARED,
  SYSV,
  buildCheckpoint,
  type BuiltArea,
  type BuiltCheckpoint,
  type BuiltPages,
} from './build-checkpoint.ts';

/** Pages that differ from each other; some compress well, one is zero. */
export function contents(seed: number, pages: number): Buffer {
  const bytes = Buffer.alloc(pages * PAGE);
  let state = seed * 7919 + 1;
  for (let page = 0; page < pages; page++) {
    const isNoise = (seed + page) % 3 === 1;
    if ((seed + page) % 5 === 4) continue;
    for (let i = 0; i < PAGE; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      bytes[page * PAGE + i] = isNoise ? state >>> 16 : (i >> 3) & 255;
    }
    bytes.write(`page ${page} of ${seed}`, page * PAGE);
  }
  return bytes;
}

const MAP = 0x7f00_0000_0000;

/** Where areas begin. */
export const AT = {
  file: 0x40_0000,
  heap: 0x1_0000_0000,
  anonymous: MAP,
  shared: MAP + 0x10_0000,
  sharedFile: MAP + 0x20_0000,
  segment: MAP + 0x30_0000,
  memfd: MAP + 0x40_0000,
  privateMemfd: MAP + 0x50_0000,
  stack: 0x7fff_ffff_0000,
} as const;

function area(start: number, pages: number, kind: BuiltArea['kind'], more: Partial<BuiltArea> = {}): BuiltArea {
  return { start, end: start + pages * PAGE, kind, ...more };
}

const AREAS: readonly BuiltArea[] = [
  area(AT.file, 4, FILE_PRIVATE, { shmid: 1, prot: 5 }),
  area(AT.heap, 6, HEAP),
  area(AT.anonymous, 32, ANON_PRIVATE),
  area(AT.shared, 8, SHARED, { shmid: 50 }),
  area(AT.sharedFile, 2, FILE_SHARED, { shmid: 2 }),
  area(AT.segment, 3, SYSV, { shmid: 60 }),
  area(AT.memfd, 4, MEMFD_SHARED, { shmid: 3, pgoff: PAGE }),
  area(AT.privateMemfd, 4, MEMFD_PRIVATE, { shmid: 3 }),
  area(AT.stack, 2, ANON_PRIVATE),
];

/** Contents of the parts that were written to. */
export const WRITTEN: readonly BuiltPages[] = [
  { at: AT.file + PAGE, data: contents(1, 2) },
  { at: AT.heap, data: contents(2, 3) },
  { at: AT.heap + 3 * PAGE, data: contents(3, 3) },
  { at: AT.anonymous + PAGE, data: contents(4, 5), aligned: true },
  { at: AT.anonymous + 8 * PAGE, data: contents(5, 17) },
  { at: AT.privateMemfd + PAGE, data: contents(6, 1), aligned: true },
  { at: AT.stack, data: contents(7, 2) },
];
export const SHARED_CONTENTS: Readonly<Record<number, readonly BuiltPages[]>> = {
  50: [{ at: 2 * PAGE, data: contents(8, 4) }],
  61: [{ at: 0, data: contents(9, 5) }],
};
export const SEGMENT: Buffer = contents(10, 3).subarray(0, 2 * PAGE + 100);

type Ways = Pick<BuiltCheckpoint, 'pagesPerBlock' | 'isOld' | 'parent'>;

/** Builds it; two processes have the same areas. */
export function buildKnown(directory: string, ways: Ways = {}, pages: readonly BuiltPages[] = WRITTEN): string {
  const args: [number, number] = [AT.stack, AT.stack + 12];
  return buildCheckpoint(directory, {
    processes: [
      { pid: 7, name: 'first', areas: AREAS, pages, args },
      { pid: 8, name: 'second', areas: AREAS.slice(3, 4), pages: [] },
    ],
    shared: SHARED_CONTENTS,
    files: { 1: '/bin/known', 2: '/data/shared' },
    memfds: [{ file: 3, shmem: 61, name: 'mem' }],
    inline: { 60: SEGMENT },
    ...ways,
  });
}

/** The same memory as the third of three dumps: each has a part of the pages. */
export function buildChain(directory: string, ways: Ways = {}): string {
  const inParent = (part: BuiltPages): BuiltPages =>
    'data' in part ? { at: part.at, pages: part.data.length / PAGE, where: 'parent' } : part;
  const stale = (part: BuiltPages): BuiltPages =>
    'data' in part ? { ...part, data: Buffer.alloc(part.data.length, 'old') } : part;
  const list = [...WRITTEN];
  buildKnown(
    join(directory, '1'),
    ways,
    list.map((part, i) => (i % 3 === 0 ? part : stale(part))),
  );
  buildKnown(
    join(directory, '2'),
    { ...ways, parent: '../1' },
    list.map((part, i) => (i % 3 === 0 ? inParent(part) : i % 3 === 1 ? part : stale(part))),
  );
  return buildKnown(
    join(directory, '3'),
    { ...ways, parent: '../2' },
    list.map((part, i) => (i % 3 === 2 ? part : inParent(part))),
  );
}

/** What the process sees at an address; undefined where that is in a file. */
export function expectedAt(address: number, length: number): Buffer | undefined {
  const expected = Buffer.alloc(length);
  let isKnown = true;
  for (let at = address; at < address + length; at += PAGE) {
    const page = expectedPage(at);
    if (page) page.copy(expected, at - address);
    else isKnown = false;
  }
  return isKnown ? expected : undefined;
}

function expectedPage(at: number): Buffer | undefined {
  const own = find(WRITTEN, at);
  if (own) return own;
  const found = AREAS.find(({ start, end }) => at >= start && at < end);
  if (!found || found.kind === FILE_PRIVATE || found.kind === FILE_SHARED) return undefined;
  const offset = at - found.start + (found.pgoff ?? 0);
  const shared =
    found.kind === SHARED ? 50 : found.kind === MEMFD_SHARED || found.kind === MEMFD_PRIVATE ? 61 : undefined;
  if (shared !== undefined) return find(SHARED_CONTENTS[shared] ?? [], offset) ?? Buffer.alloc(PAGE);
  if (found.kind !== SYSV) return Buffer.alloc(PAGE);
  const page = Buffer.alloc(PAGE);
  SEGMENT.copy(page, 0, offset, offset + PAGE);
  return page;
}

function find(pages: readonly BuiltPages[], at: number): Buffer | undefined {
  for (const part of pages) {
    if ('data' in part && at >= part.at && at < part.at + part.data.length) {
      return part.data.subarray(at - part.at, at - part.at + PAGE);
    }
  }
  return undefined;
}

/** All areas, with what they are called. */
export const NAMED: readonly (readonly [name: string, area: BuiltArea])[] = AREAS.map((each) => {
  const name =
    each.start === AT.stack
      ? '[anon]'
      : ({ 1: '/bin/known', 2: '/data/shared', 3: '/memfd:mem', 50: '[shared]', 60: '/SYSV00000077' }[
          each.shmid ?? 0
        ] ?? (each.kind === HEAP ? '[heap]' : '[anon]'));
  return [name, each] as const;
});
