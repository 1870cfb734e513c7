/** What an image of a deleted file says of it, and a hash of what it held. */
import { createHash } from 'node:crypto';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { placed } from '../error.ts';
import { readChunksSync } from '../files/read-chunks.ts';
import { factsOf } from './facts.ts';

/** Where the file stood on its disk, and when it was read last. */
const NOISE = /^(?:dev|ino|atim)$/;

export function ghostFacts(images: ImageDirectory, image: string): Map<string, unknown> {
  const facts = factsOf(images.first(image, 'GHOST_FILE'), (field) => NOISE.test(field));
  facts.set('contents', contentsHash(images, image));
  return facts;
}

/** Of all bytes behind the first entry: the contents, or the chunks of them. */
function contentsHash(images: ImageDirectory, image: string): string {
  let from = Infinity;
  images.scan(image, 'GHOST_FILE', (_bytes, start, end, place) => {
    if (place.entry === 1) from = place.offset + 4 + end - start;
  });
  const hash = createHash('sha256');
  let at = 0;
  try {
    for (const chunk of readChunksSync(images.pathOf(image))) {
      hash.update(chunk.subarray(Math.max(0, Math.min(chunk.length, from - at))));
      at += chunk.length;
    }
  } catch (error) {
    throw placed(error, { image: images.nameOf(image) });
  }
  return `sha256 ${hash.digest('hex').slice(0, 16)}`;
}
