/** Parents of processes that pstree.img does not have. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Finding } from '../finding.ts';

export function* findTree({ processes, isPreDump }: Checkpoint): Generator<Finding, void, undefined> {
  if (isPreDump) return;
  const pids = new Set(processes.map(({ pid }) => pid));
  for (const { pid, ppid } of processes) {
    if (ppid === 0 || pids.has(ppid)) continue;
    yield {
      severity: 'error',
      kind: 'process',
      image: 'pstree.img',
      id: pid,
      message: `process ${pid} has the parent ${ppid}, which is not there`,
      there: ppid,
      criu: `Can't find a parent for ${pid}`,
      mend: 'pstree.img of the same dump',
    };
  }
}
