/** Which processes have something in common through which they can reach each other. */
import type { Checkpoint, Descriptor, OpenSocket } from '../checkpoint/checkpoint.ts';
import type { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';

/** `file` is an open file that was inherited or passed on: its position is shared. */
export type RelationKind = 'pipe' | 'socket' | 'memory' | 'file';

export interface Relation {
  readonly kind: RelationKind;
  readonly name: string;
  /** Two or more, in order. */
  readonly pids: readonly number[];
}

/** All of them, by kind and name. */
export function relationsOf(checkpoint: Checkpoint, memory: CheckpointMemory | undefined): Relation[] {
  const found = new Found();
  const paired = new Set<number>();
  for (const [one, other] of socketPairs(ifReadable(() => [...checkpoint.readSockets()]) ?? [])) {
    const name = `${one.local} - ${other.local}`;
    for (const { id, users } of [one, other]) {
      paired.add(id);
      for (const { pid } of users) found.add('socket', name, name, pid);
    }
  }
  for (const process of checkpoint.processes) {
    if (ifReadable(() => process.isGone) !== false) continue;
    ifReadable(() => {
      for (const descriptor of checkpoint.readDescriptors(process)) {
        if (paired.has(descriptor.id)) continue;
        const { kind, key, name } = placeOf(descriptor);
        found.add(kind, key, name, descriptor.pid);
      }
    });
  }
  for (const { id, name, users } of ifReadable(() => memory?.shared) ?? []) {
    for (const { process } of users) found.add('memory', String(id), name, process.pid);
  }
  return found.relations();
}

/** Both ends of a pipe, and all who have opened a fifo, are in one place; other open files are places of their own. */
function placeOf({ id, type, file }: Descriptor): { kind: RelationKind; key: string; name: string } {
  const name = file?.name ?? `${type}.${id}`;
  if (type === 'PIPE' || type === 'FIFO') return { kind: 'pipe', key: name, name };
  const isSocket = type === 'INETSK' || type === 'UNIXSK' || type === 'NETLINKSK' || type === 'PACKETSK';
  return { kind: isSocket ? 'socket' : 'file', key: `id ${id}`, name };
}

/** Sockets that are connected with each other, both in this checkpoint. */
function* socketPairs(sockets: readonly OpenSocket[]): Generator<[OpenSocket, OpenSocket], void, undefined> {
  const byEnd = new Map<string, OpenSocket>();
  for (const socket of sockets) if (socket.local !== '') byEnd.set(endOf(socket, socket.local), socket);
  for (const socket of sockets) {
    const other = socket.peer === '' ? undefined : byEnd.get(endOf(socket, socket.peer));
    // Each pair once.
    if (other && other.id > socket.id) yield [socket, other];
  }
}

/** A unix socket is known by its inode, which stands before its name; others by both their addresses. */
function endOf({ family, local, peer, protocol }: OpenSocket, end: string): string {
  if (family === 'UNIX') return `unix ${end.split(' ')[0] ?? ''}`;
  return `${family} ${protocol} ${end} ${end === local ? peer : local}`;
}

class Found {
  readonly #pids = new Map<string, { kind: RelationKind; name: string; pids: Set<number> }>();

  add(kind: RelationKind, key: string, name: string, pid: number): void {
    const id = `${kind} ${key}`;
    const known = this.#pids.get(id);
    if (known) known.pids.add(pid);
    else this.#pids.set(id, { kind, name, pids: new Set([pid]) });
  }

  relations(): Relation[] {
    const all = [...this.#pids.values()].filter(({ pids }) => pids.size > 1);
    return all.map(({ kind, name, pids }) => ({ kind, name, pids: [...pids].sort((a, b) => a - b) }));
  }
}
