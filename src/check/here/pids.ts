/** Ids of processes and threads that others have on this host. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

export function* findPids({ processes }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  for (const process of processes) {
    // Of a process that is gone, the ids of threads are noise.
    const threads = ifReadable(() => process.isGone) === false ? process.threads : [];
    for (const id of new Set([process.pid, ...threads])) {
      if (!host.hasProc(String(id))) continue;
      yield {
        severity: 'error',
        kind: 'pid',
        image: 'pstree.img',
        id,
        message: `${id === process.pid ? 'process' : 'thread'} ${id} is there already`,
        there: id,
        here: host.procText(`${id}/comm`).trim(),
        criu: id === process.pid ? `Can't fork for ${id}: File exists` : 'Unable to create a thread: -17',
        mend: 'end what has it, or crit-edit --pid-offset N, or criu-ns restore',
      };
    }
  }
}
