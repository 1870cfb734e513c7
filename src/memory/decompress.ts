/**
 * Images with compressed pages as the images that CRIU writes without compression.
 *
 * pages-N.img has its blocks decompressed, one after another; entries of a pagemap lose their blocks and the flag for aligned
 * contents; inventory.img no longer says that pages are compressed, unless they may be in a parent. Other images stay as they are.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { fields, putVarint32, readAnyVarint, varintSize, type Halves } from '../codec/wire.ts';
import { OpenFiles } from '../files/open-files.ts';
import { pagesIdOf, type PagePlaces } from './page-places.ts';
import { ALIGNED } from '../checkpoint/pagemap-entry.ts';
import type { CheckpointSink, ImageSink } from '../image/image-sink.ts';
import { INVENTORY, decompressedInventory, isCompressed } from './compressed-inventory.ts';
import { PageStore } from './page-store.ts';
import { needsParent, pagemapPairs, type TransformedPages } from './pagemap-pairs.ts';
import { framed, headOf, rawEntries } from './raw-entries.ts';
import { SegmentReader, type Readable } from './read-segments.ts';

/** The bytes of an image in that form; undefined where they are those of the file. */
export function decompressed(path: string, places: PagePlaces): Iterable<Buffer> | undefined {
  const name = basename(path);
  if (name === INVENTORY) {
    const checkpoint = Checkpoint.openDirectory(dirname(path));
    try {
      return [decompressedInventory(readFileSync(path), needsParent(checkpoint))];
    } finally {
      checkpoint.close();
    }
  }
  if (/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) return pagemap(path);
  const id = pagesIdOf(path);
  if (id === undefined) return undefined;
  const memory = places.memoryOf(path);
  const pagemapImage = memory.checkpoint.pagemaps.get(id);
  if (pagemapImage === undefined) return undefined;
  return pages(memory.checkpoint, pagemapImage);
}

/** The same for all images of a directory that tell of it, into `open`. Gives undefined where no pages are compressed. */
export function decompressCheckpoint(
  checkpoint: Checkpoint,
  open: () => CheckpointSink,
): TransformedPages[] | undefined {
  const { images, pageSize } = checkpoint;
  if (!isCompressed(images)) return undefined;
  const pairs = pagemapPairs(checkpoint);
  if (pairs.length === 0) return [];
  const sink = open();
  for (const { pagemap: image, pages: pagesImage } of pairs) {
    writeAll(sink.image(pagesImage), pages(checkpoint, image));
    writeAll(sink.image(image), pagemap(images.pathOf(image)));
  }
  const inventory = decompressedInventory(readFileSync(images.pathOf(INVENTORY)), needsParent(checkpoint));
  writeAll(sink.image(INVENTORY), [inventory]);
  return pairs.map(({ pagemap: image, size, count }) => {
    return { pagemap: image, pages: count, before: size, after: count * pageSize };
  });
}

function writeAll(sink: ImageSink, chunks: Iterable<Buffer>): void {
  for (const chunk of chunks) sink.write(chunk);
  sink.end();
}

function* pages({ images, pageSize }: Checkpoint, pagemapImage: string): Generator<Buffer, void, undefined> {
  const store = new PageStore(images, pagemapImage, pageSize);
  const pieces = function* (): Generator<Readable, void, undefined> {
    for (const extent of store.own()) yield { page: extent.page, count: extent.count, extent };
  };
  for (const { bytes } of new SegmentReader(images.files, pageSize).read(pieces())) yield bytes;
}

function* pagemap(path: string): Generator<Buffer, void, undefined> {
  const files = new OpenFiles();
  const image = basename(path);
  try {
    yield headOf(files, path, image);
    for (const { payload, entry } of rawEntries(files, path, image))
      yield framed(entry === 1 ? payload : rewrite(payload, plainField));
  } finally {
    files.close();
  }
}

/** Without blocks (6), and without that flag (4). */
function plainField(number: number, value: number): number | undefined {
  return number === 6 ? undefined : number === 4 ? (value & ~ALIGNED) >>> 0 : value;
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
