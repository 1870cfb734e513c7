/** Images and lines as values, for images that fit into memory easily. */
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { ImageDecoder, type ImageDecoderOptions } from './image-decoder.ts';
import { formatJson, parseJson } from '../codec/json.ts';
import { isLine, type Line } from './line.ts';
import { Packer, type PackerOptions } from './packer.ts';
import { PartSink } from '../image/part-sink.ts';

/**
 * The lines of an image as values.
 *
 * The name is that of the image's file, which for some files alone says what they are. Throws a CritError where the bytes are
 * no image.
 */
export function decode(bytes: Uint8Array, options: Omit<ImageDecoderOptions, 'bare'>): Line[] {
  const output = new Output();
  const lines: Line[] = [];
  const decoder = new ImageDecoder(output, options);
  const take = (): void => {
    const text = output.take().toString('utf8');
    for (const line of text.split('\n')) if (line !== '') lines.push(parseLine(line, options.schema));
  };
  for (let at = 0; at < bytes.length; at += CHUNK_SIZE) {
    decoder.push(bytes.subarray(at, at + CHUNK_SIZE));
    take();
  }
  decoder.end();
  take();
  return lines;
}

/** The bytes of an image from all its lines, with or without begin and end. Throws a CritError where they are not one image. */
export function encode(lines: Iterable<Line>, options: Pick<PackerOptions, 'schema'> = {}): Buffer {
  const sink = new PartSink();
  const packer = new Packer(sink, options);
  const parts: Buffer[] = [];
  for (const line of lines) {
    packer.push(Buffer.from(`${formatJson(line)}\n`));
    for (const part of sink.take()) parts.push(Buffer.from(part));
  }
  packer.end();
  return Buffer.concat([...parts, ...sink.take()]);
}

/** Bytes that are decoded at once, so that the text of all lines need not be there together. */
const CHUNK_SIZE = 1024 * 1024;

/** A line as a value. Throws a CritError where the text is none. */
export function parseLine(text: string, schema: ImageSchema = BUILT_IN): Line {
  const value = parseJson(text);
  if (!isLine(value, schema)) throw new CritError('line', `not a line of an image: ${text.slice(0, 60)}`);
  return value;
}
