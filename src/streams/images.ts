/** One image to lines and back, as Transform streams. */
import type { Transform } from 'node:stream';
import { transform } from 'through2';
import { ImageDecoder, type ImageDecoderOptions } from '../line/image-decoder.ts';
import { packedChunks } from '../line/packed-chunks.ts';
import type { PackerOptions } from '../line/packer.ts';
import { slicesOf } from './slices.ts';
import { parserTransform } from './transform.ts';

/** Bytes of an image in, bytes of its lines out. */
export function decodeImage(options: ImageDecoderOptions): Transform {
  return parserTransform((output) => new ImageDecoder(output, options));
}

/** Bytes of lines of one image in, bytes of the image out. */
export function encodeImage(options: PackerOptions = {}): Transform {
  // Chunks are counted, not bytes, in the queue that stands before a generator.
  // through2 tells a generator by its function.
  return transform({ writableHighWaterMark: 1 }, async function* (source: AsyncIterable<Uint8Array>) {
    yield* packedChunks(slicesOfAll(source), options);
  });
}

async function* slicesOfAll(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) yield* slicesOf(chunk);
}
