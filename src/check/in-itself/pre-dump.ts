/** A pre-dump has memory alone. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Finding } from '../finding.ts';

export function* findPreDump({ isPreDump }: Checkpoint): Generator<Finding, void, undefined> {
  if (!isPreDump) return;
  yield {
    severity: 'error',
    kind: 'pre-dump',
    image: 'pstree.img',
    message: 'a pre-dump has memory alone, and is restored as the parent of a dump',
    criu: 'Unable to open pstree.img',
    mend: 'criu dump --track-mem --prev-images-dir of it, and restore that',
  };
}
