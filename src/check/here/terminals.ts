/** Numbers of pseudo terminals that others have: CRIU opens /dev/ptmx until it gets the number, and gives up at a higher one. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { lookAt } from './look-at.ts';

/** 5:2, the number of /dev/ptmx: a terminal whose master is in the checkpoint. */
const PTMX = 0x502;

export function* findTerminals({ files, images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const open = new Set([...files.idsOf(new Set([FD_TYPES.TTY]))].map((id) => files.entry(id)?.tty?.tty_info_id));
  const told = new Set<number>();
  for (const { id, type, rdev, pty } of images.entriesIfThere('tty-info.img', 'TTY_INFO')) {
    if (type !== 'PTY' || rdev !== PTMX || !pty || !open.has(id) || told.has(pty.index)) continue;
    told.add(pty.index);
    const path = `/dev/pts/${pty.index}`;
    const there = lookAt(host.root, path);
    if (!there || there === 'refused') continue;
    yield {
      severity: 'error',
      kind: 'terminal',
      image: 'tty-info.img',
      id,
      message: `${path} is there already`,
      there: pty.index,
      criu: `with specified index ${pty.index}`,
      mend: `end what has it, or crit-edit --tty ${pty.index}=OTHER`,
    };
  }
}
