/** Whether a tar begins like an OCI image, by its first headers, without the code that reads one. */
import { CritError } from '../../error.ts';
import { isHeader, readHeader, TAR_BLOCK } from '../tar/header.ts';

/** Bytes that are looked at: an image's directories and its first file, with pax headers before them. */
export const LOOK_SIZE: number = 8 * 1024;

/** What only images have: of `skopeo copy oci-archive:`, `podman save`, `docker save` and `crane`. */
const MARK = /^(?:oci-layout|blobs\/sha256(?:\/.*)?|(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar(?:\.gz)?|\/.*)?)$/;
/** What images have, too. */
const AROUND = new Set(['', '.', 'blobs', 'index.json', 'manifest.json', 'repositories']);

export function beginsImage(bytes: Buffer): boolean {
  try {
    for (let at = 0; at + TAR_BLOCK <= bytes.length;) {
      const block = bytes.subarray(at, at + TAR_BLOCK);
      if (!isHeader(block)) return false;
      const { name, prefix, size, type } = readHeader(block);
      const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
      const isExtension = type === 'x' || type === 'g';
      if (!isExtension && MARK.test(path)) return true;
      if (!isExtension && !AROUND.has(path)) return false;
      at += TAR_BLOCK * (1 + Math.ceil(Math.max(0, size) / TAR_BLOCK));
    }
  } catch (error) {
    // What is wrong with the archive is told by the code that reads it.
    if (!(error instanceof CritError)) throw error;
  }
  return false;
}
