import type { ProcessNumbers } from './process.ts';

/** Each process behind its parent, with its depth. One whose parent is not there, or is itself below it, is a root. */
export function* processTree<P extends ProcessNumbers>(
  processes: readonly P[],
): Generator<readonly [process: P, depth: number], void, undefined> {
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  const children = new Map<number, P[]>();
  const roots: P[] = [];
  for (const process of processes) {
    if (process.ppid === 0 || !byPid.has(process.ppid)) roots.push(process);
    else {
      const siblings = children.get(process.ppid);
      if (siblings) siblings.push(process);
      else children.set(process.ppid, [process]);
    }
  }
  const seen = new Set<P>();
  // The last ones are not below any root: they are each other's parents.
  for (const root of [...roots, ...processes]) {
    const waiting: [P, number][] = [[root, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [process, depth] = next;
      if (seen.has(process)) continue;
      seen.add(process);
      yield next;
      for (const child of (children.get(process.pid) ?? []).toReversed()) waiting.push([child, depth + 1]);
    }
  }
}
