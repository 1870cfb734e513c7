/** An OCI image as a directory: the layer that its manifest names is read like an archive. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../../error.ts';
import { readFully } from '../../files/read-fully.ts';
import type { ArchiveLimits } from '../archive-limits.ts';
import { ByteSource } from '../byte-source.ts';
import type { Container, ContainerSink } from '../container.ts';
import { DETECT_SIZE, formatOf } from '../detect-format.ts';
import { openArchive, type ArchiveSource } from '../open-archive.ts';
import { DOCUMENT_LIMIT, checkBlob, findLayer, type Layer } from './find-layer.ts';

/** What is read of the directory: no name in a document leads elsewhere. */
const READ = /^(?:index\.json|blobs\/sha256\/[0-9a-f]{64})$/;

/** Opens a directory that `isImageLayout`. */
export async function openImageLayout(
  path: string,
  { onRead, ...limits }: ArchiveLimits & { readonly onRead?: ((count: number) => void) | undefined },
): Promise<Container> {
  const layer = findLayer((name) => readDocument(path, name));
  const source = new LayerSource(path, layer, onRead);
  try {
    const format = await source.format();
    const opened = format && (await openArchive(source, format, { ...limits, isLayer: true }));
    if (!opened || 'file' in opened) throw new CritError('format', 'a layer that holds no tar', { image: layer.path });
    return new LayoutContainer(opened, layer, source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

class LayoutContainer implements Container {
  readonly kind = 'archive';
  readonly annotations: Readonly<Record<string, string>>;
  readonly #opened: Container;
  readonly #layer: Layer;
  readonly #source: LayerSource;

  constructor(opened: Container, layer: Layer, source: LayerSource) {
    this.#opened = opened;
    this.#layer = layer;
    this.#source = source;
    this.annotations = layer.annotations;
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    yield* this.#opened.read(sink);
    checkBlob(this.#layer, this.#source.length, this.#source.hash.digest('hex'));
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}

/** The file of a layer; what is read of it is counted and summed up. */
class LayerSource implements ArchiveSource {
  readonly hash = createHash('sha256');
  length = 0;
  readonly #source: ByteSource;

  constructor(directory: string, layer: Layer, onRead?: (count: number) => void) {
    const path = join(directory, layer.path);
    try {
      if (!statSync(path).isFile()) throw new CritError('io', 'is no file', { image: layer.path });
      this.#source = new ByteSource(path, onRead);
    } catch (error) {
      throw placed(error, { image: layer.path });
    }
  }

  async format(): Promise<ReturnType<typeof formatOf>> {
    return formatOf('', await this.#source.first(DETECT_SIZE));
  }

  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of this.#source.chunks()) {
      this.hash.update(chunk);
      this.length += chunk.length;
      yield chunk;
    }
  }

  forget(): void {
    this.#source.forget();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

function readDocument(directory: string, name: string): Buffer | undefined {
  if (!READ.test(name)) return undefined;
  const path = join(directory, name);
  try {
    if (!statSync(path).isFile()) return undefined;
    const fd = openSync(path, 'r');
    try {
      if (fstatSync(fd).size > DOCUMENT_LIMIT)
        throw new CritError('limit', `a document of more than ${DOCUMENT_LIMIT >> 20} MiB`);
      return readFully(fd, 0, DOCUMENT_LIMIT);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw placed(error, { image: name });
  }
}
