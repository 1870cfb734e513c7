/** The namespaces of the processes, and who shares each. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { NAMESPACES, type NamespaceKind } from '../../checkpoint/namespaces.ts';
import { textOf } from '../../checkpoint/text.ts';

export interface Namespace {
  readonly kind: NamespaceKind;
  /** CRIU's own number for it, which stands in the names of its images. */
  readonly id: number;
  /** Whether it is that in which CRIU ran: processes are restored into that of the host. */
  readonly isHost: boolean;
  /** The name by which a restore is given one from outside. */
  readonly external?: string;
  readonly pids: readonly number[];
}

/** All of them, kind by kind. */
export function namespacesOf({ images, processes }: Checkpoint): Namespace[] {
  const host = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'))?.root_ids;
  const found = new Map<string, { kind: NamespaceKind; id: number; pids: number[] }>();
  for (const process of processes) {
    const ids = ifReadable(() => (process.isGone ? undefined : process.readIds()));
    for (const kind of NAMESPACES) {
      const id = ids?.[`${kind}_ns_id`];
      if (id === undefined) continue;
      const key = `${kind} ${id}`;
      const known = found.get(key);
      if (known) known.pids.push(process.pid);
      else found.set(key, { kind, id, pids: [process.pid] });
    }
  }
  return [...found.values()]
    .sort((a, b) => NAMESPACES.indexOf(a.kind) - NAMESPACES.indexOf(b.kind) || a.id - b.id)
    .map(({ kind, id, pids }) => {
      const external = ifReadable(() => externalName(images, kind, id));
      const isHost = host !== undefined && host[`${kind}_ns_id`] === id;
      return { kind, id, isHost, ...(external !== undefined && { external }), pids };
    });
}

function externalName(images: Checkpoint['images'], kind: NamespaceKind, id: number): string | undefined {
  const key =
    kind === 'net'
      ? images.firstIfThere(`netns-${id}.img`, 'NETNS')?.ext_key
      : kind === 'pid'
        ? images.firstIfThere(`pidns-${id}.img`, 'PIDNS')?.ext_key
        : undefined;
  return key === undefined ? undefined : textOf(key);
}
