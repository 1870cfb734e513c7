/** The images of a checkpoint on disk, for a restore that asks for them by name. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Container, ContainerSink, Member, MemberSink } from '../container/container.ts';
import { openContainer } from '../container/open-container.ts';
import { CritError, placed } from '../error.ts';
import type { ImageSource, Served } from './image-source.ts';
import { ImageStore, type ImageStoreOptions } from './image-store.ts';
import { LAST_IMAGE } from './protocol.ts';

/** The directory of CRIU's images in that of an engine. */
const NESTED = 'checkpoint';
/** The link of a dump to the one before it. */
const PARENT = 'parent';

/** Images that are given back at the end. */
export interface OpenSource extends ImageSource {
  close(): Promise<void>;
}

/** Opens a directory, which is read where it lies, or an archive, which is unpacked into a store. Throws a CritError for all else. */
export async function openSource(path: string, options: ImageStoreOptions): Promise<OpenSource> {
  let container: Container | undefined;
  try {
    container = await openContainer(path);
    if (container.kind === 'directory') return new DirectorySource(path);
    if (container.kind === 'file') throw new CritError('format', 'neither a directory of images nor an archive of one');
    const members = new MemberStores(options);
    try {
      for await (const _ of container.read(members));
      return await members.source();
    } catch (error) {
      await members.close();
      throw error;
    }
  } catch (error) {
    throw placed(error, { image: path });
  } finally {
    await container?.close();
  }
}

class DirectorySource implements OpenSource {
  readonly #path: string;

  constructor(path: string) {
    const nested = join(path, NESTED);
    this.#path = !existsSync(join(path, LAST_IMAGE)) && existsSync(join(nested, LAST_IMAGE)) ? nested : path;
    if (existsSync(join(this.#path, PARENT))) {
      throw new CritError('name', 'has a parent, and CRIU knows no parents when it restores from a stream');
    }
  }

  find(name: string): Served | undefined {
    const path = join(this.#path, name);
    return statSync(path, { throwIfNoEntry: false })?.isFile()
      ? { chunks: (size) => fileChunks(path, size) }
      : undefined;
  }

  async close(): Promise<void> {}
}

/** The bytes of a file, in chunks that are valid until the next but one. */
function* fileChunks(path: string, size: number): Generator<Buffer, void, undefined> {
  const fd = openSync(path, 'r');
  try {
    let [buffer, spare] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
    for (;;) {
      const count = readSync(fd, buffer);
      if (count === 0) return;
      yield buffer.subarray(0, count);
      [buffer, spare] = [spare, buffer];
    }
  } finally {
    closeSync(fd);
  }
}

/** Members of an archive: an engine has the images in a directory of their own, others have them at the top. */
class MemberStores implements ContainerSink {
  readonly #nested: ImageStore;
  readonly #top: ImageStore;

  constructor(options: ImageStoreOptions) {
    this.#nested = new ImageStore(options);
    this.#top = new ImageStore(options);
  }

  wants(image: string): boolean {
    return !image.includes('/') || (image.startsWith(`${NESTED}/`) && image.split('/').length === 2);
  }

  begin({ image, type }: Member): MemberSink | undefined {
    if (type === 'directory') return undefined;
    const [store, name] = image.includes('/') ? [this.#nested, image.slice(NESTED.length + 1)] : [this.#top, image];
    if (type === 'file') return store.image(name);
    // Links to something else are never asked for.
    if (name === PARENT) store.link(name);
    return undefined;
  }

  fail(error: unknown): void {
    throw error;
  }

  /** Whichever has the images; the other one is closed. */
  async source(): Promise<OpenSource> {
    const isNested = this.#nested.find(LAST_IMAGE) !== undefined;
    const [store, other] = isNested ? [this.#nested, this.#top] : [this.#top, this.#nested];
    await other.close();
    await store.written();
    return store;
  }

  async close(): Promise<void> {
    await this.#nested.close();
    await this.#top.close();
  }
}
