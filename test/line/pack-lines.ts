import { CritError } from '../../src/error.ts';
import type { CheckpointSink, ImageSink } from '../../src/image/image-sink.ts';
import { Packer, type PackerOptions } from '../../src/line/packer.ts';

/** Images in memory, whole ones only. */
export class MemorySink implements CheckpointSink {
  readonly images = new Map<string, Buffer>();

  image(name: string): ImageSink {
    const parts: Buffer[] = [];
    return {
      write: (bytes) => void parts.push(Buffer.from(bytes)),
      fill: (value, length) => void parts.push(Buffer.alloc(length, value)),
      end: () => void this.images.set(name, Buffer.concat(parts)),
    };
  }

  link(name: string, target: Uint8Array): void {
    this.images.set(name, Buffer.from(target));
  }

  directory(name: string): void {
    this.images.set(name, Buffer.alloc(0));
  }
}

export interface PackedImages {
  images: Map<string, Buffer>;
  error: CritError | undefined;
}

/** Packs lines that come in chunks; every other error than a CritError is thrown. */
export function packChunks(chunks: Iterable<Uint8Array>, options: PackerOptions = {}): PackedImages {
  const sink = new MemorySink();
  try {
    const packer = new Packer(sink, options);
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      packer.push(copy);
      copy.fill(0xee);
    }
    packer.end();
  } catch (error) {
    if (!(error instanceof CritError)) throw error;
    return { images: sink.images, error };
  }
  return { images: sink.images, error: undefined };
}
