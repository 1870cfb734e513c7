/**
 * Which process of one checkpoint is which of another: that of the same pid, unless it runs another program; of the others, the
 * one of the same name below the same parent, as after a restore elsewhere.
 */
import type { Process } from '../checkpoint/process.ts';
import type { Side } from './side.ts';

export interface MatchedProcesses {
  readonly pairs: readonly (readonly [before: Process, after: Process])[];
  readonly removed: readonly Process[];
  readonly added: readonly Process[];
}

export function matchProcesses(before: Side, after: Side): MatchedProcesses {
  const pairs: [Process, Process][] = [];
  const removed = new Set<Process>();
  const added = new Set(after.checkpoint.processes);
  for (const process of before.checkpoint.processes) {
    const other = after.checkpoint.process(process.pid);
    if (other && !isReplaced(before, process, after, other)) {
      pairs.push([process, other]);
      added.delete(other);
    } else removed.add(process);
  }
  const partner = new Map(pairs.map(([one, other]) => [one.pid, other.pid]));
  for (const process of removed) {
    const parent = partner.get(process.ppid) ?? 0;
    const other = [...added].find(({ comm, ppid, pid }) => {
      return (
        comm === process.comm && pid !== process.pid && (parent === 0 ? !partner.has(process.ppid) : ppid === parent)
      );
    });
    if (!other) continue;
    pairs.push([process, other]);
    partner.set(process.pid, other.pid);
    removed.delete(process);
    added.delete(other);
  }
  return { pairs, removed: [...removed], added: [...added] };
}

/** A pid that was used again: another name and another program at other places. */
function isReplaced(before: Side, process: Process, after: Side, other: Process): boolean {
  if (process.isPidOnly || other.isPidOnly || process.comm === other.comm) return false;
  const [mm, otherMm] = [process.readMm(), other.readMm()];
  if (!mm || !otherMm) return mm !== otherMm;
  const path = before.checkpoint.files.path(mm.exe_file_id);
  const otherPath = after.checkpoint.files.path(otherMm.exe_file_id);
  return (
    path !== otherPath && mm.mm_start_code !== otherMm.mm_start_code && mm.mm_start_stack !== otherMm.mm_start_stack
  );
}
