/** What an image of a deleted file says of it, and a hash of what it held. */
import { createHash } from 'node:crypto';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { EntryParser } from '../files/read-entries.ts';
import { shortHash } from './contents-hash.ts';
import { factsOf } from './facts.ts';

/** Where the file stood on its disk, when it was read last, and whether it was cut into chunks. */
const NOISE = /^(?:dev|ino|atim|chunks|size)$/;
const BLOCK = 4096;
const ZEROS = Buffer.alloc(BLOCK);

/** Bytes of the file: where they begin in it, and in the image. */
interface Part {
  readonly at: number;
  readonly offset: number;
  readonly length: number;
}

export function ghostFacts(images: ImageDirectory, image: string): Map<string, unknown> {
  const entry = images.first(image, 'GHOST_FILE');
  const parts = partsOf(images, image);
  const last = parts.at(-1);
  const facts = factsOf(entry, (field) => NOISE.test(field));
  facts.set('size', Number(entry.size ?? (last ? last.at + last.length : 0)));
  facts.set('contents', hashOf(images, image, parts));
  return facts;
}

/** The chunks of a file with holes, or all of it. */
function partsOf(images: ImageDirectory, image: string): Part[] {
  const parser = new EntryParser('GHOST_FILE', images.schema);
  const parts: Part[] = [];
  let isWhole = true;
  let behind = 0;
  images.scan(image, 'GHOST_FILE', (bytes, from, end, place) => {
    const entry = parser.parse(bytes, from, end, place);
    behind = place.offset + 4 + end - from;
    if (place.entry === 1) isWhole = entry.chunks !== true;
    else parts.push({ at: Number(entry.off ?? 0), offset: behind, length: Number(entry.len ?? 0) });
  });
  return isWhole ? [{ at: 0, offset: behind, length: (images.size(image) ?? behind) - behind }] : parts;
}

/**
 * Of the blocks that are not zero, and where they stand. Chunks are where the file system has blocks, and it has more of them
 * once CRIU has read the file.
 */
function hashOf(images: ImageDirectory, image: string, parts: readonly Part[]): string {
  const hash = createHash('sha256');
  const block = Buffer.alloc(BLOCK);
  for (const { at, offset, length } of parts) {
    for (let done = 0; done < length; done += BLOCK) {
      const bytes = block.subarray(0, Math.min(BLOCK, length - done));
      images.files.read(images.pathOf(image), images.nameOf(image), offset + done, bytes);
      if (!bytes.equals(ZEROS.subarray(0, bytes.length))) hash.update(`${at + done} `).update(bytes);
    }
  }
  return shortHash(hash);
}
