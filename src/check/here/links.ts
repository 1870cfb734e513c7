/** Deleted files that were kept under another name (criu dump --link-remap): that name must be there. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { lookAt } from './look-at.ts';

export function* findLinks({ files, images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const told = new Set<string>();
  for (const { orig_id, remap_id } of images.entriesIfThere('remap-fpath.img', 'REMAP_FPATH')) {
    const file = files.get(orig_id);
    const path = file?.deleted?.kind === 'linked' ? file.deleted.path : undefined;
    if (path === undefined || told.has(path) || lookAt(host.root, path) !== undefined) continue;
    told.add(path);
    yield {
      severity: 'error',
      kind: 'linked file',
      image: 'files.img',
      id: remap_id,
      message: `${path}, by which the deleted ${file?.path ?? 'file'} was kept, is not there`,
      there: path,
      criu: `Can't link ${path.replace(/^\//, '')}`,
      mend: 'the file as the dump left it',
    };
  }
}
