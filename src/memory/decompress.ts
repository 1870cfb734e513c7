/**
 * Images with compressed pages as the images that CRIU writes without compression.
 *
 * pages-N.img has its blocks decompressed, one after another; entries of a pagemap lose their blocks and the flag for aligned
 * contents; inventory.img no longer says that pages are compressed. Other images stay as they are.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fields, putVarint32, readAnyVarint, varintSize, type Halves } from '../codec/wire.ts';
import { CritError } from '../error.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import { OpenFiles } from '../files/open-files.ts';
import { pagesIdOf, type PagePlaces } from './page-places.ts';
import { ALIGNED } from '../checkpoint/pagemap-entry.ts';
import { PageStore, type Extent } from './page-store.ts';
import { SegmentReader, type Readable } from './read-segments.ts';

/** The version of an inventory whose images have heads, and of one whose pages are compressed besides. */
const USUAL_VERSION = 2;
const COMPRESSED_VERSION = 3;

/** The bytes of an image in that form; undefined where they are those of the file. */
export function decompressed(path: string, places: PagePlaces): Iterable<Buffer> | undefined {
  const name = basename(path);
  if (name === 'inventory.img') return inventory(path);
  if (/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) return pagemap(path);
  const id = pagesIdOf(path);
  if (id === undefined) return undefined;
  const memory = places.memoryOf(path);
  const pagemapImage = memory.checkpoint.pagemaps.get(id);
  if (pagemapImage === undefined) return undefined;
  const store = new PageStore(memory.checkpoint.images, pagemapImage, memory.pageSize);
  return pages(memory.files, store.own(), memory.pageSize);
}

function* pages(files: OpenFiles, extents: Iterable<Extent>, pageSize: number): Generator<Buffer, void, undefined> {
  const pieces = function* (): Generator<Readable, void, undefined> {
    for (const extent of extents) yield { page: extent.page, count: extent.count, extent };
  };
  for (const { bytes } of new SegmentReader(files, pageSize).read(pieces())) yield bytes;
}

function* pagemap(path: string): Generator<Buffer, void, undefined> {
  const files = new OpenFiles();
  const image = basename(path);
  try {
    const end = files.size(path, image);
    const head = Buffer.alloc(Math.min(8, end));
    files.read(path, image, 0, head);
    yield head;
    const word = Buffer.alloc(4);
    let entry = 0;
    for (let at = 8; at < end;) {
      entry++;
      files.read(path, image, at, word);
      const size = word.readUInt32LE(0);
      if (size > ENTRY_LIMIT) throw new CritError('limit', `an entry of ${size} bytes`, { image, entry, offset: at });
      const payload = Buffer.allocUnsafe(size);
      files.read(path, image, at + 4, payload);
      at += 4 + size;
      yield entry === 1 ? framed(payload) : framed(rewrite(payload, plainField));
    }
  } finally {
    files.close();
  }
}

/** Without blocks (6), and without that flag (4). */
function plainField(number: number, value: number): number | undefined {
  return number === 6 ? undefined : number === 4 ? value & ~ALIGNED : value;
}

function* inventory(path: string): Generator<Buffer, void, undefined> {
  const bytes = readFileSync(path);
  const size = bytes.length < 8 ? -1 : bytes.readUInt32LE(4);
  // What is not as it is written by CRIU is for others to judge.
  if (size !== bytes.length - 8) yield bytes;
  else {
    yield bytes.subarray(0, 4);
    yield framed(
      rewrite(bytes.subarray(8), (number, value) =>
        number === 15 || number === 16
          ? undefined
          : number === 1 && value === COMPRESSED_VERSION
            ? USUAL_VERSION
            : value,
      ),
    );
  }
}

/** A message whose integers below 2^32 are changed, or left out; `change` is asked for every other field with -1. */
function rewrite(payload: Buffer, change: (number: number, value: number) => number | undefined): Buffer {
  const parts: Uint8Array[] = [];
  const value: Halves = { lo: 0, hi: 0 };
  for (const { number, wire, start, value: from, end } of fields(payload, 0, payload.length)) {
    value.lo = -1;
    value.hi = 0;
    if (wire === 0) readAnyVarint(payload, from, end, value);
    const before = value.hi === 0 ? value.lo : -1;
    const after = change(number, before);
    if (after === undefined) continue;
    if (after === before) parts.push(payload.subarray(start, end));
    else {
      const changed = new Uint8Array(varintSize(after));
      putVarint32(changed, 0, after);
      parts.push(payload.subarray(start, from), changed);
    }
  }
  return Buffer.concat(parts);
}

function framed(payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(4 + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.set(payload, 4);
  return bytes;
}
