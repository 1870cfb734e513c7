/** Users and groups that this user namespace has no number for. Names of users do not matter to CRIU, nor to the kernel. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

export function* findUsers({ processes }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const hasUser = numbersIn(host.procText('self/uid_map'));
  const hasGroup = numbersIn(host.procText('self/gid_map'));
  const told = new Set<string>();
  for (const process of processes) {
    const creds = ifReadable(() => (process.isGone ? undefined : process.readCredentials()));
    if (!creds) continue;
    const { uid, euid, suid, fsuid, gid, egid, sgid, fsgid, groups = [] } = creds;
    const image = `core-${process.pid}.img`;
    for (const id of new Set([uid, euid, suid, fsuid])) {
      if (hasUser(id) || told.has(`user ${id}`)) continue;
      told.add(`user ${id}`);
      yield { ...outside('user', id), image, criu: 'Unable to set real, effective and saved user ID' };
    }
    for (const id of new Set([gid, egid, sgid, fsgid, ...groups])) {
      if (hasGroup(id) || told.has(`group ${id}`)) continue;
      told.add(`group ${id}`);
      const criu = groups.includes(id) ? "Can't setgroups" : 'Unable to set real, effective and saved group ID';
      yield { ...outside('group', id), image, criu };
    }
  }
}

function outside(what: 'user' | 'group', id: number): Finding {
  const option = what === 'user' ? '--uid' : '--gid';
  return {
    severity: 'error',
    kind: 'user',
    id,
    message: `this user namespace has no ${what} ${id}`,
    there: id,
    mend: `a user namespace with it, or crit-edit ${option} ${id}=OTHER`,
  };
}

/** Whether a number is in one of the ranges `INSIDE OUTSIDE COUNT`; all are where there is nothing to read. */
function numbersIn(map: string): (id: number) => boolean {
  const ranges = map.split('\n').flatMap((line): [number, number][] => {
    const [inside, , count] = line.trim().split(/\s+/).map(Number);
    return inside === undefined || count === undefined ? [] : [[inside, inside + count]];
  });
  return (id) => ranges.length === 0 || ranges.some(([from, end]) => id >= from && id < end);
}
