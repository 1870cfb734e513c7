import { CritError } from '../../error.ts';
import type { ArchiveLimits } from '../archive-limits.ts';
import type { Container, ContainerSink } from '../container.ts';
import { openArchive } from '../open-archive.ts';
import { TarContainer, type TarSource } from '../tar/tar-container.ts';
import { checkBlob, findLayer } from './find-layer.ts';
import { LayerStream } from './layer-stream.ts';

/**
 * An OCI image in a tar whose one layer is a checkpoint, in one pass: the layer is read where it comes, and the manifest, which
 * may come behind it, must say the same of it at the end.
 */
export class OciContainer implements Container {
  readonly kind = 'archive';
  annotations: Readonly<Record<string, string>> = {};
  readonly #tar: Container;
  readonly #limits: ArchiveLimits;

  constructor(source: TarSource, { maxWindow }: ArchiveLimits) {
    this.#limits = { maxWindow };
    this.#tar = new TarContainer(source);
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    const stream = new LayerStream();
    const steps = this.#tar.read(stream);
    try {
      while (!stream.layer && !(await steps.next()).done);
      const { layer } = stream;
      if (!layer) {
        findLayer((path) => stream.documents.get(path));
        throw new CritError('format', 'an OCI image without a layer');
      }
      const source = { chunks: () => layerChunks(stream, steps), forget() {}, async close() {} };
      const opened = await openArchive(source, layer.format, { ...this.#limits, isLayer: true });
      if ('file' in opened) throw new CritError('format', 'its layer holds no tar', { image: layer.path });
      yield* opened.read(sink);
      while (!(await steps.next()).done);
      const said = findLayer((path) => stream.documents.get(path));
      if (said.path !== layer.path)
        throw new CritError('format', 'is not the layer that the manifest names', { image: layer.path });
      checkBlob(said, layer.length, layer.hash.digest('hex'));
      this.annotations = said.annotations;
    } finally {
      await steps.return();
    }
  }

  close(): Promise<void> {
    return this.#tar.close();
  }
}

/** The bytes of the layer; the tar is read on where there are none. */
async function* layerChunks(
  { chunks, layer }: LayerStream,
  steps: AsyncGenerator<void, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk;
    if (layer?.hasEnded || (await steps.next()).done) return;
  }
}
