import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a directory is an OCI image layout, by the names in it. */
export function isImageLayout(path: string): boolean {
  return ['oci-layout', 'index.json'].every(
    (name) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}
