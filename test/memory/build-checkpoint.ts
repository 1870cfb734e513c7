/** Checkpoints whose memory is known, put together by the facts of the format alone. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, delimited, numeric, varint } from '../build-image.ts';
import { compressBlock } from './compress-block.ts';

export const PAGE = 4096;

export const ANON_PRIVATE = { flags: 0x22, status: 0x201 };
export const HEAP = { flags: 0x22, status: 0x221 };
export const FILE_PRIVATE = { flags: 0x2, status: 0x41 };
export const FILE_SHARED = { flags: 0x1, status: 0x81 };
export const SHARED = { flags: 0x21, status: 0x101 };
export const SYSV = { flags: 0x21, status: 0x501 };
export const MEMFD_SHARED = { flags: 0x1, status: 0x4081 };
export const MEMFD_PRIVATE = { flags: 0x2, status: 0x4041 };

export interface BuiltArea {
  start: number;
  end: number;
  kind: { flags: number; status: number };
  prot?: number;
  shmid?: number;
  pgoff?: number;
}

/** Pages from an address on: contents, or where else they are. */
export type BuiltPages =
  { at: number; data: Buffer; aligned?: boolean } | { at: number; pages: number; where: 'parent' | 'lazy' };

export interface BuiltProcess {
  pid: number;
  name?: string;
  areas: readonly BuiltArea[];
  pages: readonly BuiltPages[];
  args?: readonly [start: number, end: number];
  /** Types and values of the auxiliary vector, beside the page size. */
  auxv?: readonly number[];
}

export interface BuiltCheckpoint {
  processes: readonly BuiltProcess[];
  /** Contents of pagemap-shmem-ID.img, from page 0 on. */
  shared?: Readonly<Record<number, readonly BuiltPages[]>>;
  /** Regular files by id. */
  files?: Readonly<Record<number, string>>;
  /** memfds: file id, ID of the shared memory, name. */
  memfds?: readonly { file: number; shmem: number; name: string }[];
  /** System V segments whose contents follow their entries. */
  inline?: Readonly<Record<number, Buffer>>;
  parent?: string;
  /** Pages in a compressed block. */
  pagesPerBlock?: number;
  /** As CRIU before 4.2 wrote numbers of pages and pages in the parent. */
  isOld?: boolean;
  pageSize?: number;
}

export function buildCheckpoint(directory: string, built: BuiltCheckpoint): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(directory, name), bytes);
  const { processes, shared = {}, files = {}, memfds = [], inline = {}, pageSize = PAGE } = built;
  let pagesId = 0;
  const writePages = (name: string, pages: readonly BuiltPages[]): void => {
    pagesId++;
    const { entries, contents } = pagemap(pages, built);
    write(name, buildImage('PAGEMAP', [numeric(1, pagesId), ...entries]));
    write(`pages-${pagesId}.img`, contents);
  };
  for (const [id, pages] of Object.entries(shared)) writePages(`pagemap-shmem-${id}.img`, pages);
  for (const process of processes) {
    const { pid, name = 'built', areas, pages, args = [0, 0], auxv: others = [] } = process;
    const words = [0, 0, 0, 0, areas[0]?.start ?? 0, 0, 0, ...args, 0, 0].map((value, i) => numeric(i + 1, value));
    const auxv = [6, pageSize, ...others, 0, 0].map((word) => numeric(13, word));
    const vmas = areas.map(({ start, end, kind, prot = 3, shmid = 0, pgoff = 0 }) => {
      const fields = [start, end, pgoff, shmid, prot, kind.flags, kind.status, 1];
      return delimited(14, Buffer.concat(fields.map((value, i) => numeric(i + 1, value))));
    });
    write(`mm-${pid}.img`, buildImage('MM', [Buffer.concat([...words, numeric(12, 0), ...auxv, ...vmas])]));
    writePages(`pagemap-${pid}.img`, pages);
    const tc = Buffer.concat([1, 0, 0, 0, 0].map((value, i) => numeric(i + 1, value)));
    const comm = delimited(6, Buffer.from(name));
    write(
      `core-${pid}.img`,
      buildImage('CORE', [Buffer.concat([numeric(1, 1), delimited(3, Buffer.concat([tc, comm]))])]),
    );
  }
  const owner = Buffer.concat([1, 2, 3, 4, 5].map((field) => numeric(field, 0)));
  const open = (id: number): Buffer => Buffer.concat([numeric(1, id), numeric(2, 0), numeric(3, 0)]);
  write(
    'files.img',
    buildImage('FILES', [
      ...Object.entries(files).map(([id, path]) => {
        const reg = Buffer.concat([open(Number(id)), delimited(5, owner), delimited(6, Buffer.from(path))]);
        return Buffer.concat([numeric(1, 1), numeric(2, Number(id)), delimited(3, reg)]);
      }),
      ...memfds.map(({ file, shmem }) => {
        const memfd = Buffer.concat([open(file), delimited(4, owner), numeric(5, shmem)]);
        return Buffer.concat([numeric(1, 18), numeric(2, file), delimited(20, memfd)]);
      }),
    ]),
  );
  const inodes = memfds.map(({ shmem, name }) => {
    return Buffer.concat([
      delimited(1, Buffer.from(name)),
      ...[0, 0, 4096, shmem, 0, shmem].map((value, i) => numeric(i + 2, value)),
    ]);
  });
  write('memfd.img', buildImage('MEMFD_INODE', inodes));
  const segments = Object.entries(inline).map(([id, extra]) => {
    const desc = Buffer.concat([0x77, 0, 0, 0, 0, 0, Number(id)].map((value, i) => numeric(i + 1, value)));
    const padded = Buffer.alloc(Math.ceil(extra.length / 4) * 4);
    extra.copy(padded);
    return { payload: Buffer.concat([delimited(1, desc), numeric(2, extra.length)]), extra: padded };
  });
  if (segments.length > 0) write('ipcns-shm-9.img', buildImage('IPCNS_SHM', segments));
  const isCompressed = built.pagesPerBlock !== undefined;
  const compress = isCompressed ? [numeric(15, 1), numeric(16, 4096)] : [];
  write('inventory.img', buildImage('INVENTORY', [Buffer.concat([numeric(1, isCompressed ? 3 : 2), ...compress])]));
  if (built.parent !== undefined) symlinkSync(built.parent, join(directory, 'parent'));
  return directory;
}

function pagemap(pages: readonly BuiltPages[], built: BuiltCheckpoint): { entries: Buffer[]; contents: Buffer } {
  const { pageSize = PAGE, pagesPerBlock, isOld = false } = built;
  const contents: Buffer[] = [];
  let offset = 0;
  const put = (bytes: Buffer): void => {
    contents.push(bytes);
    offset += bytes.length;
  };
  const entries = pages.map((part) => {
    const count = 'data' in part ? part.data.length / pageSize : part.pages;
    const head = [numeric(1, part.at), numeric(2, isOld ? count : 0)];
    const flags = 'data' in part ? 4 + (part.aligned === true ? 8 : 0) : part.where === 'parent' ? 1 : 2;
    if (isOld) head.push(...(flags === 1 ? [numeric(3, 1)] : []));
    else head.push(numeric(4, flags), numeric(5, count));
    if (!('data' in part)) return Buffer.concat(head);
    if (part.aligned === true) put(Buffer.alloc(-offset & (pageSize - 1), 0xee));
    if (pagesPerBlock === undefined) {
      put(part.data);
      return Buffer.concat(head);
    }
    const sizes: number[] = [];
    for (let at = 0; at < part.data.length; at += pagesPerBlock * pageSize) {
      const block = part.data.subarray(at, at + pagesPerBlock * pageSize);
      const isZero = block.every((byte) => byte === 0);
      const packed = compressBlock(block);
      const stored = isZero ? Buffer.alloc(0) : packed.length < block.length ? packed : block;
      sizes.push(stored.length);
      put(stored);
    }
    const list = delimited(1, Buffer.concat(sizes.map((size) => varint(size))));
    const total = numeric(
      2,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    return Buffer.concat([...head, delimited(6, Buffer.concat([list, total, numeric(3, pagesPerBlock)]))]);
  });
  return { entries, contents: Buffer.concat(contents) };
}
