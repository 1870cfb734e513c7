/** Where the mounts of a checkpoint with mounts of its own go: what lies on its root must be in the root that was named. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../shell-word.ts';
import { lookAt } from './look-at.ts';

export function* findMounts({ files, images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  if (!host.isRootNamed) return;
  const roots = new Set(
    [...files.mounts.values()].filter((each) => textOf(each.mountpoint) === '/').map((each) => each.mnt_id),
  );
  for (const { mnt_id, parent_mnt_id, mountpoint } of files.mounts.values()) {
    const path = textOf(mountpoint);
    if (path === '/' || !roots.has(parent_mnt_id) || lookAt(host.root, path) !== undefined) continue;
    const image = images.names.find((name) => /^mountpoints-\d+\.img$/.test(name));
    yield {
      severity: 'error',
      kind: 'mount',
      ...(image !== undefined && { image }),
      id: mnt_id,
      message: `${path}, where something is mounted, is not in ${host.root}`,
      there: path,
      criu: `${path}: No such file or directory`,
      mend: `mkdir -p ${shellWord(path)} below the root (or a file, as it was), or crit-edit --path ${shellWord(path)}=OTHER`,
    };
  }
}
