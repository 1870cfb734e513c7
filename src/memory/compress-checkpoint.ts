/** The memory of a directory of images, compressed: pages images, their pagemaps, and the inventory that says so. */
import { readFileSync } from 'node:fs';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointSink } from '../image/image-sink.ts';
import { INVENTORY, compressedInventory, isCompressed } from './compressed-inventory.ts';
import { PagesCompressor } from './compress-pages.ts';
import { pagemapPairs, type TransformedPages } from './pagemap-pairs.ts';
import { rawEntries, headOf } from './raw-entries.ts';
import { RawPages } from './raw-pages.ts';

/**
 * Writes the images that are changed by it into what `open` gives. Gives undefined where pages are compressed already. Throws
 * a CritError where an image is damaged.
 */
export function compressCheckpoint(
  checkpoint: Checkpoint,
  acceleration: number,
  open: () => CheckpointSink,
): TransformedPages[] | undefined {
  const { images, pageSize } = checkpoint;
  if (isCompressed(images)) return undefined;
  const pairs = pagemapPairs(checkpoint);
  if (pairs.length === 0) return [];
  const rawPages = new RawPages(checkpoint, checkpoint.pidsWithMemory);
  const sink = open();
  const all = pairs.map(({ pagemap, pages, size }): TransformedPages => {
    const path = images.pathOf(pagemap);
    const compressor = new PagesCompressor(
      headOf(images.files, path, pagemap),
      rawEntries(images.files, path, pagemap),
      { pagemapName: pagemap, pagemap: sink.image(pagemap), pages: sink.image(pages) },
      { pageSize, acceleration, isRaw: rawPages.of(pagemap) },
    );
    for (let at = 0; at < size;) {
      const bytes = images.files.view(images.pathOf(pages), pages, at, size - at);
      compressor.write(bytes);
      at += bytes.length;
    }
    compressor.end();
    return { pagemap, pages: compressor.count, before: size, after: compressor.written };
  });
  const inventory = sink.image(INVENTORY);
  inventory.write(compressedInventory(readFileSync(images.pathOf(INVENTORY)), pageSize));
  inventory.end();
  return all;
}
