import { PartSink } from '../image/part-sink.ts';
import { Packer, type PackerOptions } from './packer.ts';

/** Chunks of lines to the bytes of their one image: a chunk that comes is used until the next one is asked for. */
export async function* packedChunks(
  input: AsyncIterable<Uint8Array>,
  options: PackerOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const sink = new PartSink();
  const packer = new Packer(sink, options);
  for await (const chunk of input) {
    packer.push(chunk);
    yield* sink.take();
  }
  packer.end();
  yield* sink.take();
}
