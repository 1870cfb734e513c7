/** The images of a checkpoint on disk, for a restore that asks for them by name. */
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../container/container.ts';
import { openContainer } from '../container/open-container.ts';
import { CritError, placed } from '../error.ts';
import { ArchiveSource, NESTED, PARENT, type SourceOptions } from './archive-source.ts';
import type { OpenSource, Served } from './image-source.ts';
import { LAST_IMAGE } from './protocol.ts';
import { SteadyFile, stampOf } from './steady-file.ts';

/**
 * Opens a directory or a plain tar, whose images are read where they lie, or another archive, which is unpacked into a store.
 * Throws a CritError for all else.
 */
export async function openSource(path: string, options: SourceOptions): Promise<OpenSource> {
  let container: Container | undefined;
  try {
    container = await openContainer(path, { maxWindow: options.maxWindow });
    if (container.kind === 'archive') return await ArchiveSource.read(container, path, options);
    if (container.kind === 'file') throw new CritError('format', 'neither a directory of images nor an archive of one');
    await container.close();
    return new DirectorySource(path);
  } catch (error) {
    await container?.close();
    throw placed(error, { image: path });
  }
}

class DirectorySource implements OpenSource {
  readonly #path: string;
  /** The images that there are, as they were then: contents of two times are no checkpoint. */
  readonly #stamps = new Map<string, string>();

  constructor(path: string) {
    const nested = join(path, NESTED);
    this.#path = !existsSync(join(path, LAST_IMAGE)) && existsSync(join(nested, LAST_IMAGE)) ? nested : path;
    if (existsSync(join(this.#path, PARENT))) {
      throw new CritError('name', 'has a parent, and CRIU knows no parents when it restores from a stream');
    }
    for (const name of readdirSync(this.#path)) {
      const stats = statSync(join(this.#path, name), { throwIfNoEntry: false, bigint: true });
      if (stats?.isFile() === true) this.#stamps.set(name, stampOf(stats));
    }
  }

  find(name: string): Served | undefined {
    const stamp = this.#stamps.get(name);
    return stamp === undefined ? undefined : { chunks: (size) => fileChunks(join(this.#path, name), stamp, size) };
  }

  async close(): Promise<void> {}
}

/** The bytes of a file that has not changed, in chunks that are valid until the next but one. */
function* fileChunks(path: string, stamp: string, size: number): Generator<Buffer, void, undefined> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const file = new SteadyFile(fd, path, stamp);
    file.check();
    yield* file.image(0, fstatSync(fd).size).chunks(size);
  } finally {
    closeSync(fd);
  }
}
