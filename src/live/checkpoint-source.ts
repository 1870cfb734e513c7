/** The images of a checkpoint on disk, for a restore that asks for them by name. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../container/container.ts';
import { openContainer } from '../container/open-container.ts';
import { CritError, placed } from '../error.ts';
import { ArchiveSource, NESTED, PARENT, type SourceOptions } from './archive-source.ts';
import type { OpenSource, Served } from './image-source.ts';
import { LAST_IMAGE } from './protocol.ts';

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
