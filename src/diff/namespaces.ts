/** Which namespace is which on the other side: their ids are those of a dump, and so are the names of their images. */
import type { Process } from '../checkpoint/process.ts';
import type { Difference } from './difference.ts';

const IMAGE =
  /^((?:utsns|userns|pidns|ipcns-\w+|netns|netdev|ifaddr|route6?|rule|ip6?tables|nftables|netns-ct|netns-exp)-)(\d+)(\.img)$/;

export class Namespaces {
  readonly #after = new Map<number, number>();
  readonly #before = new Map<number, number>();

  /** Takes the namespaces of a process for the same; where others were taken for that already, the process has moved. */
  *compare(one: Process, other: Process, name: string): Generator<Difference, void, undefined> {
    const [ids, otherIds] = [one.readIds(), other.readIds()];
    if (!ids || !otherIds) return;
    for (const kind of ['pid', 'net', 'ipc', 'uts', 'mnt', 'user', 'cgroup', 'time'] as const) {
      const [was, is] = [ids[`${kind}_ns_id`], otherIds[`${kind}_ns_id`]];
      if (was === undefined || is === undefined) continue;
      const [known, knownBefore] = [this.#after.get(was), this.#before.get(is)];
      if (known === undefined && knownBefore === undefined) {
        this.#after.set(was, is);
        this.#before.set(is, was);
      } else if (known !== is) {
        const about = { change: 'changed', kind: 'process', pid: one.pid, name } as const;
        yield { ...about, field: `${kind}_ns_id`, before: was, after: is };
      }
    }
  }

  /** The image of the second checkpoint that is about the same namespace as one of the first. */
  imageAfter(name: string): string {
    return renamed(name, this.#after);
  }

  /** The image of the first that is about the same as one of the second. */
  imageBefore(name: string): string {
    return renamed(name, this.#before);
  }
}

function renamed(name: string, ids: ReadonlyMap<number, number>): string {
  const [, start, id, end] = IMAGE.exec(name) ?? [];
  const other = ids.get(Number(id));
  return other === undefined ? name : `${start}${other}${end}`;
}
