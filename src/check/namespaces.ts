/** Which namespaces the processes share with the host: CRIU makes one anew where the id is not that of the dumping CRIU. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { NAMESPACES, type NamespaceKind } from '../checkpoint/namespaces.ts';

/** Those of the host. Where the images do not tell, none is, so that nothing is held against it. */
export function sharedNamespaces({ images, processes }: Checkpoint): ReadonlySet<NamespaceKind> {
  const outer = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'))?.root_ids;
  const alive = processes.filter((process) => ifReadable(() => process.isGone) === false);
  const all = alive.map((process) => ifReadable(() => process.readIds()));
  if (!outer || all.length === 0) return new Set();
  return new Set(
    NAMESPACES.filter((kind) => {
      const field = `${kind}_ns_id` as const;
      return outer[field] !== undefined && all.every((ids) => ids?.[field] === outer[field]);
    }),
  );
}
