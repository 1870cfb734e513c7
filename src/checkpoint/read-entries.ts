import { closeSync, openSync, readSync } from 'node:fs';
import { Output } from '../codec/output.ts';
import { asCritError } from '../error.ts';
import { ImageDecoder } from '../image/image-decoder.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import type { Magic } from '../schema/images.ts';

const CHUNK_SIZE = 64 * 1024;

/** The entries of an image as objects, for images of which not much is there. Throws a CritError, which calls it `image`. */
export function* readEntries<M extends Magic>(
  path: string,
  image: string,
  magic: M,
): Generator<EntryByMagic[M], void, undefined> {
  const output = new Output(CHUNK_SIZE);
  const decoder = new ImageDecoder(output, { name: image, extras: false, accept: (found) => found === magic });
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    for (;;) {
      const size = readSync(fd, chunk);
      if (size === 0) decoder.end();
      else decoder.push(chunk.subarray(0, size));
      for (const line of output.view().toString('utf8').split('\n')) {
        if (!line.includes('"entry":')) continue;
        // The decoder writes what the schema says, and the types are made from the schema.
        const { entry }: { entry: EntryByMagic[M] } = JSON.parse(line);
        yield entry;
      }
      output.length = 0;
      if (size === 0 || decoder.isSkipped) return;
    }
  } catch (error) {
    throw asCritError(error, { image });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
