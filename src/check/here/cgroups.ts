/** Hierarchies of cgroups that this host does not have. Groups that are missing CRIU makes. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

export function* findCgroups({ images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const cgroup = images.firstIfThere('cgroup.img', 'CGROUP');
  const text = host.procText('self/cgroup');
  if (!cgroup || text === '') return;
  const mounted = new Set(text.split('\n').flatMap((line) => line.split(':')[1]?.split(',') ?? []));
  const known = new Map(
    host
      .procText('cgroups')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, boolean] => [line.split('\t')[0] ?? '', line.split('\t')[3] === '1']),
  );
  const hasUnified = /\bcgroup2$/m.test(host.procText('filesystems'));
  for (const { cnames = [] } of cgroup.controllers ?? []) {
    for (const cname of cnames) {
      const name = textOf(cname);
      // A hierarchy without controllers is made where it is not there.
      if (mounted.has(name) || name.startsWith('name=') || (name === '' && hasUnified)) continue;
      const why = name === '' ? 'cgroup v2' : known.get(name) === true ? `${name} in cgroup v1, but in v2` : name;
      yield {
        severity: 'error',
        kind: 'cgroup',
        image: 'cgroup.img',
        message: `this host does not have the controller ${why}`,
        there: name,
        criu: "Can't mount controller dir",
        mend: 'crit-edit --no-cgroup, or criu restore --manage-cgroups=ignore',
      };
    }
  }
}
