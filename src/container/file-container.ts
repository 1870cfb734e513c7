import { fstatSync } from 'node:fs';
import { readRange } from '../files/read-chunks.ts';
import type { ByteSource } from './byte-source.ts';
import { handOver, type Container, type ContainerSink } from './container.ts';

/** One file or standard input, as it is. */
export class FileContainer implements Container {
  readonly kind = 'file';
  readonly #source: ByteSource;
  readonly #image: string;
  readonly #path: string | undefined;
  readonly #chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

  /** The chunks are the bytes of the source, however they were looked at before. */
  constructor(
    source: ByteSource,
    image: string,
    path: string | undefined,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = source.chunks(),
  ) {
    this.#source = source;
    this.#image = image;
    this.#path = path;
    this.#chunks = chunks;
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    if (!sink.wants(this.#image)) return;
    const stats = fstatSync(this.#source.fd);
    const file = sink.begin({
      image: this.#image,
      type: 'file',
      path: this.#path,
      mode: stats.isFile() && this.#path !== undefined ? stats.mode & 0o777 : undefined,
      size: stats.isFile() ? stats.size : undefined,
    });
    if (!file) return;
    const { range } = file;
    const chunks = range && this.#path !== undefined ? readRange(this.#path, range) : this.#chunks;
    for await (const chunk of chunks) {
      this.#source.forget();
      yield* handOver(file, chunk);
      if (file.isSkipped) return;
      if (file.isComplete) break;
    }
    file.end();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
