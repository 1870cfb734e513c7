/** What stands in a part of an image, as a short hash that two dumps can be compared by. */
import { createHash, type Hash } from 'node:crypto';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';

/** Of bytes from an offset on. Throws a CritError where the image is shorter. */
export function contentsHash(images: ImageDirectory, image: string, offset: number, length: number): string {
  const hash = createHash('sha256');
  for (let done = 0; done < length;) {
    const bytes = images.files.view(images.pathOf(image), images.nameOf(image), offset + done, length - done);
    hash.update(bytes);
    done += bytes.length;
  }
  return shortHash(hash);
}

export function shortHash(hash: Hash): string {
  return `sha256 ${hash.digest('hex').slice(0, 16)}`;
}
