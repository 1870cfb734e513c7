/** The memory of a process as mm-PID.img tells of it, with its VMAs apart: there can be a million of them. */
import { fields } from '../codec/wire.ts';
import { placed } from '../error.ts';
import { EntryParser } from '../files/read-entries.ts';
import type { MmEntry } from '../schema/generated/messages.ts';
import type { ImageDirectory } from './image-directory.ts';
import { NOWHERE, addressOf, pageOf, readVma, type Vma, type VmaNames } from './vma.ts';
import { VmaList } from './vma-list.ts';

/** All of an mm_entry but its VMAs. */
export type Mm = Omit<MmEntry, 'vmas'>;

/** Bytes of vma_entry messages: of the n-th from `starts[n]` to `ends[n]`. */
interface VmaBytes {
  readonly image: string;
  readonly bytes: Uint8Array;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** Number of the field of an mm_entry that holds the VMAs. */
const VMAS = 14;

/** The image of a process's memory. */
export function mmImage(pid: number): string {
  return `mm-${pid}.img`;
}

/** What mm-PID.img says; undefined where it is not there. Throws a CritError where it is damaged. */
export function readMm(images: ImageDirectory, pid: number): Mm | undefined {
  return readMmEntry(images, pid)?.mm;
}

/** The VMAs of a process; older images have them in vmas-PID.img. None where it has no memory. */
export function readVmas(images: ImageDirectory, pid: number, names: VmaNames, pageSize: number): VmaList {
  const read = readMmEntry(images, pid);
  if (!read) return VmaList.of([]);
  const old = `vmas-${pid}.img`;
  const { image, bytes, starts, ends } =
    read.vmas.starts.length === 0 && images.has(old) ? oldVmas(images, old) : read.vmas;
  const stack = BigInt(read.mm.mm_start_stack);
  const vmaAt = (index: number, known: VmaNames): Vma => {
    try {
      return readVma(bytes, starts[index] ?? 0, ends[index] ?? 0, { names: known, pageSize, stack });
    } catch (error) {
      throw placed(error, { image });
    }
  };
  const pages = new Float64Array(starts.length);
  const endPages = new Float64Array(starts.length);
  for (let index = 0; index < starts.length; index++) {
    const { page, endPage } = vmaAt(index, NO_NAMES);
    pages[index] = page;
    endPages[index] = endPage;
  }
  return new VmaList(pages, endPages, (index) => vmaAt(index, names));
}

const NO_NAMES: VmaNames = { file: () => undefined, segment: () => undefined };

function readMmEntry(images: ImageDirectory, pid: number): { mm: Mm; vmas: VmaBytes } | undefined {
  const image = mmImage(pid);
  if (!images.has(image)) return undefined;
  const { bytes, place } = images.firstBytes(image, 'MM');
  try {
    const others: Uint8Array[] = [];
    // Counted first: arrays that grow take several times as much of a million.
    let count = 0;
    for (const { number, wire } of fields(bytes, 0, bytes.length)) if (number === VMAS && wire === 2) count++;
    const starts = new Uint32Array(count);
    const ends = new Uint32Array(count);
    let index = 0;
    for (const field of fields(bytes, 0, bytes.length)) {
      if (field.number === VMAS && field.wire === 2) {
        starts[index] = field.value;
        ends[index++] = field.end;
      } else others.push(bytes.subarray(field.start, field.end));
    }
    const rest = Buffer.concat(others);
    const mm = new EntryParser('MM', images.schema).parse(rest, 0, rest.length, place);
    return { mm, vmas: { image: images.nameOf(image), bytes, starts, ends } };
  } catch (error) {
    throw placed(error, { image: images.nameOf(image), entry: place.entry });
  }
}

/** An image in which each VMA is an entry. */
function oldVmas(images: ImageDirectory, image: string): VmaBytes {
  const starts: number[] = [];
  const ends: number[] = [];
  const parts: Uint8Array[] = [];
  let size = 0;
  images.scan(image, 'VMAS', (bytes, from, end) => {
    parts.push(bytes.slice(from, end));
    starts.push(size);
    size += end - from;
    ends.push(size);
  });
  return { image: images.nameOf(image), bytes: Buffer.concat(parts), starts, ends };
}

/** Stands for all addresses of a process in a pre-dump, which has no VMAs. */
export function unknownVmas(pageSize: number): VmaList {
  const endPage = pageOf(1n << 64n, pageSize);
  const end = addressOf(endPage, pageSize);
  return VmaList.of([{ ...NOWHERE, end, endPage, prot: '???', backing: 'kernel', name: '[unknown]' }]);
}
