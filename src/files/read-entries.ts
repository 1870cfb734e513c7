import { Output } from '../codec/output.ts';
import { placed } from '../error.ts';
import { ImageDecoder } from '../line/image-decoder.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Magic } from '../schema/images.ts';
import { readChunksSync } from './read-chunks.ts';

/**
 * The entries of an image as objects, for images of which not much is there. The image is named by its path or by a file
 * that is open. Throws a CritError, which calls it `image`.
 */
export function* readEntries<M extends Magic>(
  source: string | number,
  image: string,
  magic: M,
  schema: ImageSchema = BUILT_IN,
): Generator<EntryByMagic[M], void, undefined> {
  const output = new Output();
  const decoder = new ImageDecoder(output, {
    schema,
    name: image,
    extras: false,
    accept: (found) => found === magic,
  });
  const entries = function* (): Generator<EntryByMagic[M], void, undefined> {
    for (const line of output.take().toString('utf8').split('\n')) {
      if (!line.includes('"entry":')) continue;
      // The decoder writes what the schema says, and the types are made from the schema.
      const { entry }: { entry: EntryByMagic[M] } = JSON.parse(line);
      yield entry;
    }
  };
  try {
    for (const chunk of readChunksSync(source)) {
      decoder.push(chunk);
      if (decoder.isSkipped) return;
      yield* entries();
    }
    decoder.end();
    yield* entries();
  } catch (error) {
    throw placed(error, { image });
  }
}
