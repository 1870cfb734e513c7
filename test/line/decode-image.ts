import { Output } from '../../src/codec/output.ts';
import { CritError } from '../../src/error.ts';
import { ImageDecoder, type ImageDecoderOptions } from '../../src/line/image-decoder.ts';

export interface DecodedImage {
  text: string;
  error: CritError | undefined;
  warnings: CritError[];
}

/** Decodes an image that comes in chunks; every other error than a CritError is thrown. */
export function decodeChunks(chunks: Iterable<Uint8Array>, options: ImageDecoderOptions): DecodedImage {
  const output = new Output(16);
  const warnings: CritError[] = [];
  const decoder = new ImageDecoder(output, { onWarning: (warning) => warnings.push(warning), ...options });
  let error: CritError | undefined;
  try {
    // The caller of push may use the chunk's memory again.
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      decoder.push(copy);
      copy.fill(0xee);
    }
    decoder.end();
  } catch (thrown) {
    if (!(thrown instanceof CritError)) throw thrown;
    error = thrown;
  }
  return { text: output.view().toString('utf8'), error, warnings };
}

/** Bytes in chunks of a size. */
export function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
