/** Reads all images of entries once, for what is wrong with each by itself. */
import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Output } from '../codec/output.ts';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { needsEntry } from '../checkpoint/needed-images.ts';
import { CritError, isFault, placed } from '../error.ts';
import { imageChunks } from '../files/read-entries.ts';
import { ImageDecoder } from '../line/image-decoder.ts';
import { isRawMagic } from '../schema/magics.ts';
import type { Unusual } from './unusual.ts';

/** Images that are read before signals and timers have their turn. */
const TURN = 100;

const UNKNOWN = '"@unknown"';
const ENTRY = '"entry":';

/** Memory and raw files are not read. */
export async function* examineImages(images: ImageDirectory): AsyncGenerator<Unusual, void, undefined> {
  const output = new Output();
  for (const [index, image] of images.names.entries()) {
    // Signals have their turn.
    if (index % TURN === 0) await setImmediate();
    const stats = statSync(images.pathOf(image), { throwIfNoEntry: false });
    if (stats?.isFile() === true) yield* examine(images, image, output);
    else if (image.endsWith('.img')) {
      const message = stats ? 'is no ordinary file' : 'is a link to what is not there';
      yield { kind: 'damaged', image, message };
    }
  }
}

function* examine(images: ImageDirectory, image: string, output: Output): Generator<Unusual, void, undefined> {
  output.length = 0;
  const decoder = new ImageDecoder(output, {
    name: image,
    extras: false,
    schema: images.schema,
    accept: (magic) => !isRawMagic(magic),
  });
  let unknown = 0;
  let hasEntry = false;
  // A long line comes in parts, which end between its words.
  let isUnknown = false;
  const look = (): void => {
    const text = output.view();
    hasEntry ||= text.includes(ENTRY);
    if (isUnknown || text.includes(UNKNOWN)) {
      for (const [index, part] of text.toString('utf8').split('\n').entries()) {
        if (index > 0) {
          if (isUnknown) unknown++;
          isUnknown = false;
        }
        isUnknown ||= part.includes(UNKNOWN);
      }
    }
    output.length = 0;
  };
  try {
    for (const chunk of imageChunks(images.pathOf(image), image)) {
      for (const _ of decoder.pushInSteps(chunk)) look();
      if (decoder.isSkipped) return;
      look();
    }
    decoder.end();
    look();
  } catch (error) {
    const failure = placed(error, { image });
    // What the system could not read just then says nothing of the image.
    if (!(failure instanceof CritError) || isFault(failure)) throw failure;
    yield { kind: 'damaged', image, message: failure.message };
    return;
  }
  if (unknown > 0) {
    yield { kind: 'unknown', image, message: `${unknown} entries with fields that the schema does not know` };
  }
  if (!hasEntry && decoder.magic !== undefined && needsEntry(decoder.magic)) {
    yield {
      kind: 'damaged',
      image,
      message: 'has no entry, which CRIU refuses ("Unexpected EOF"); an image that is not there is not missed',
    };
  }
}
