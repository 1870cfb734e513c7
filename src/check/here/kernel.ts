/** What the kernel must have: kinds of namespaces, filters of system calls. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { NAMESPACES, type NamespaceKind } from '../../checkpoint/namespaces.ts';
import { sharedNamespaces } from '../namespaces.ts';

export function* findKernel(checkpoint: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const { processes, images } = checkpoint;
  if (!host.hasProc('self/ns/mnt')) return;
  for (const kind of ownNamespaces(checkpoint)) {
    if (host.hasProc(`self/ns/${kind}`)) continue;
    const image = images.names.find((name) => name.startsWith(`${kind}ns-`));
    const isTime = kind === 'time';
    yield {
      severity: 'error',
      kind: 'kernel',
      ...(image !== undefined && { image }),
      message: `this kernel has no namespaces of the kind ${kind}`,
      there: kind,
      ...(isTime && { criu: 'Unable to create a new time namespace' }),
      mend: isTime ? 'crit-edit --drop timens-0.img' : `a kernel with namespaces of the kind ${kind}`,
    };
  }
  if (host.status('Seccomp') !== undefined) return;
  const filtered = processes.find(
    (process) => ifReadable(() => process.readCore().thread_core?.seccomp_mode) === 'filter',
  );
  if (!filtered) return;
  yield {
    severity: 'error',
    kind: 'kernel',
    image: `core-${filtered.pid}.img`,
    id: filtered.pid,
    message: 'this kernel has no filters of system calls (seccomp)',
    criu: 'seccomp: ',
    mend: 'crit-edit --no-seccomp',
  };
}

/** Kinds that the checkpoint has of its own. A time namespace is written for all since CRIU 3.14, as far as the kernel had it. */
function ownNamespaces(checkpoint: Checkpoint): NamespaceKind[] {
  const { images } = checkpoint;
  const shared = sharedNamespaces(checkpoint);
  const first = checkpoint.processes.map((each) => ifReadable(() => each.readIds())).find(Boolean);
  if (shared.size === 0 || !first) return [];
  return NAMESPACES.filter((kind) => {
    if (kind === 'time') return images.has('timens-0.img');
    return first[`${kind}_ns_id`] !== undefined && !shared.has(kind);
  });
}
