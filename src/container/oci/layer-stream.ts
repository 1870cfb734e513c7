/** The members of an image in a tar, in whatever order: documents are kept, the layer is passed on, all else is left out. */
import { createHash, type Hash } from 'node:crypto';
import { CritError } from '../../error.ts';
import type { ContainerSink, Member, MemberSink } from '../container.ts';
import { DETECT_SIZE, formatOf, type Format } from '../detect-format.ts';
import { DOCUMENT_LIMIT } from './find-layer.ts';

/** The most bytes of all documents: an image of a checkpoint has three or four, of 1 KiB each. */
const DOCUMENTS_LIMIT = 4 * DOCUMENT_LIMIT;

/** A layer of which bytes have come. */
export interface LayerBytes {
  readonly path: string;
  readonly format: Format;
  /** Of all bytes that have come. */
  readonly hash: Hash;
  length: number;
  hasEnded: boolean;
}

export class LayerStream implements ContainerSink {
  readonly documents: Map<string, Buffer> = new Map();
  /** What has come of the layer and was not taken; valid until the tar is read on. */
  readonly chunks: Uint8Array[] = [];
  layer: LayerBytes | undefined;
  #total = 0;

  wants(): boolean {
    return true;
  }

  begin({ image, type, size = 0 }: Member): MemberSink | undefined {
    if (type !== 'file') return undefined;
    let first = Buffer.alloc(0);
    let take: ((bytes: Uint8Array) => void) | undefined;
    let end = (): void => {};
    const start = (): void => {
      const format = formatOf('', first);
      [take, end] = format ? this.#layer(image, format) : this.#document(image, size);
      take(first);
    };
    return {
      write: (bytes) => {
        if (take) {
          take(bytes);
          return;
        }
        first = Buffer.concat([first, bytes]);
        if (first.length >= DETECT_SIZE) start();
      },
      end: () => {
        if (!take) start();
        end();
      },
    };
  }

  fail(error: unknown): void {
    throw error;
  }

  #layer(path: string, format: Format): [(bytes: Uint8Array) => void, () => void] {
    if (this.layer)
      throw new CritError('format', 'a second layer, and the image of a checkpoint has one: unpack it', {
        image: path,
      });
    const layer: LayerBytes = { path, format, hash: createHash('sha256'), length: 0, hasEnded: false };
    this.layer = layer;
    const take = (bytes: Uint8Array): void => {
      layer.hash.update(bytes);
      layer.length += bytes.length;
      this.chunks.push(bytes);
    };
    return [take, () => (layer.hasEnded = true)];
  }

  #document(path: string, size: number): [(bytes: Uint8Array) => void, () => void] {
    const parts: Buffer[] = [];
    this.#total += size;
    if (size > DOCUMENT_LIMIT || this.#total > DOCUMENTS_LIMIT)
      throw new CritError('format', 'is no document of an OCI image, and no layer (tar, gzip or zstd)', {
        image: path,
      });
    return [(bytes) => parts.push(Buffer.from(bytes)), () => this.documents.set(path, Buffer.concat(parts))];
  }
}
