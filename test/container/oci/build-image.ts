/** OCI images made by hand, so that they can be wrong in any way. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { archive } from '../build-tar.ts';

/** Files of an image by their paths, in the order in which an archive has them. */
export type ImageFiles = Record<string, Buffer>;

export interface ImageOptions {
  layers: readonly Buffer[];
  annotations?: Record<string, string>;
  /** Changes documents before their digests are taken. */
  manifest?: (manifest: Record<string, unknown>) => object;
  index?: (index: Record<string, unknown>) => object;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As `skopeo copy oci:` writes it: blobs by their digests, then the documents. */
export function ociImage({ layers, annotations, manifest = same, index = same }: ImageOptions): ImageFiles {
  const config = json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } });
  const made = json(
    manifest({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor(config),
      layers: layers.map(descriptor),
      ...(annotations && { annotations }),
    }),
  );
  const blobs = [...layers, config, made].map((blob): [string, Buffer] => [`blobs/sha256/${sha256(blob)}`, blob]);
  return {
    ...Object.fromEntries(blobs.sort(([a], [b]) => (a < b ? -1 : 1))),
    'index.json': json(index({ schemaVersion: 2, manifests: [descriptor(made)] })),
    'oci-layout': json({ imageLayoutVersion: '1.0.0' }),
  };
}

/** As `podman save` writes it: a plain layer, and its digest in the config. */
export function dockerImage(layer: Buffer, digest: string = sha256(layer)): ImageFiles {
  const config = json({ rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } });
  const names = { layer: `${sha256(layer)}.tar`, config: `${sha256(config)}.json` };
  return {
    [names.layer]: layer,
    [names.config]: config,
    'manifest.json': json([{ Config: names.config, RepoTags: ['cp:latest'], Layers: [names.layer] }]),
    repositories: json({}),
  };
}

export function toTar(files: ImageFiles): Buffer {
  return archive(...Object.entries(files).map(([name, contents]) => ({ name, contents })));
}

export function toDirectory(files: ImageFiles, directory: string): string {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), contents);
  }
  return directory;
}

export function descriptor(blob: Buffer): object {
  return { digest: `sha256:${sha256(blob)}`, size: blob.length };
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function same(value: object): object {
  return value;
}
