/** Descriptors that were opened, closed or moved to something else, open files whose facts changed, and locks on them. */
import type { Checkpoint, Descriptor } from '../checkpoint/checkpoint.ts';
import type { OpenFile } from '../checkpoint/file-table.ts';
import type { Process } from '../checkpoint/process.ts';
import { socketOf } from '../checkpoint/socket.ts';
import type { Difference } from './difference.ts';
import { changesOf } from './facts.ts';
import { fileFacts, identityOf } from './file-facts.ts';
import { lockFacts } from './lock-facts.ts';
import type { Side } from './side.ts';

type Change = 'added' | 'removed';

export class FileDiff {
  readonly #before: Side;
  readonly #after: Side;
  readonly #isAll: boolean;
  /** Open files that have been compared, as pairs of ids and by themselves: several descriptors can share one. */
  readonly #pairs = new Set<string>();
  readonly #compared = { removed: new Set<number>(), added: new Set<number>() };
  /** Pipes of which it was told what waits in them: they have two ends. */
  readonly #pipes = new Set<number>();
  /** Tables of descriptors that have been compared: several processes can share one. */
  readonly #tables = new Set<string>();

  /** `isAll`: whether what runs on with the clock is told. */
  constructor(before: Side, after: Side, isAll: boolean) {
    this.#before = before;
    this.#after = after;
    this.#isAll = isAll;
  }

  *descriptors(one: Process, other: Process): Generator<Difference, void, undefined> {
    yield* this.#locks(one, other);
    const tables = [one, other].map((process) => process.fdinfoImage()).join();
    if (this.#tables.has(tables)) return;
    this.#tables.add(tables);
    const left = descriptorsOf(this.#before.checkpoint, one);
    const right = descriptorsOf(this.#after.checkpoint, other);
    for (const [fd, descriptor] of left) {
      const match = right.get(fd);
      if (!match) yield gone(one.pid, descriptor, 'removed');
      else yield* this.#descriptor(one.pid, descriptor, match);
    }
    for (const [fd, descriptor] of right) if (!left.has(fd)) yield gone(one.pid, descriptor, 'added');
  }

  /** The descriptors of a process that is on one side alone, but for those that it shares with one that was compared. */
  *alone(process: Process, change: Change): Generator<Difference, void, undefined> {
    const { checkpoint } = change === 'added' ? this.#after : this.#before;
    for (const descriptor of descriptorsOf(checkpoint, process).values()) {
      if (!this.#compared[change].has(descriptor.id)) yield gone(process.pid, descriptor, change);
    }
  }

  /** Files that no descriptor that both have is open on: programs, mapped files, directories, sockets in flight. */
  *others(): Generator<Difference, void, undefined> {
    const [before, after] = [this.#before.checkpoint.files, this.#after.checkpoint.files];
    const waiting = new Map<string, number[]>();
    for (const id of after.ids()) {
      const file = this.#compared.added.has(id) ? undefined : after.get(id);
      if (!file) continue;
      const others = waiting.get(identityOf(file));
      if (others) others.push(id);
      else waiting.set(identityOf(file), [id]);
    }
    for (const id of before.ids()) {
      const file = this.#compared.removed.has(id) ? undefined : before.get(id);
      const other = file && waiting.get(identityOf(file))?.shift();
      const match = other === undefined ? undefined : after.get(other);
      if (file && match) yield* this.#openFile(undefined, file, match);
    }
  }

  *#locks(one: Process, other: Process): Generator<Difference, void, undefined> {
    const left = lockFacts(this.#before.checkpoint, one.pid);
    const right = lockFacts(this.#after.checkpoint, other.pid);
    for (const fd of new Set([...left.keys(), ...right.keys()])) {
      const [was, is] = [left.get(fd)?.join(', '), right.get(fd)?.join(', ')];
      if (was === is) continue;
      const about = { kind: 'file', pid: one.pid, name: `fd ${fd}`, field: 'lock' } as const;
      yield { ...about, change: 'changed', before: was, after: is };
    }
  }

  *#descriptor(pid: number, one: Descriptor, other: Descriptor): Generator<Difference, void, undefined> {
    const base = { change: 'changed', pid, name: `fd ${one.fd}` } as const;
    if (one.flags !== other.flags) {
      yield { ...base, kind: kindOf(one.file), field: 'fd flags', before: one.flags, after: other.flags };
    }
    const [file, match] = [one.file, other.file];
    const [was, is] = [nameOf(file, one.type, one.id), nameOf(match, other.type, other.id)];
    const key = `${one.id}:${other.id}`;
    if (this.#pairs.has(key)) return;
    this.#pairs.add(key);
    if (!file || !match || (identityOf(file) !== identityOf(match) && (was !== is || file.type !== match.type))) {
      if (was !== is || file?.type !== match?.type) {
        yield { ...base, kind: kindOf(match ?? file), field: 'open file', before: was, after: is };
      }
      return;
    }
    this.#compared.removed.add(file.id);
    this.#compared.added.add(match.id);
    yield* this.#openFile(pid, file, match);
  }

  *#openFile(pid: number | undefined, file: OpenFile, match: OpenFile): Generator<Difference, void, undefined> {
    const users = [...this.#before.checkpoint.usersOf(file.id)].map((user) => `${user.pid}:${user.fd}`);
    const about = { kind: kindOf(file), name: file.name, ...(pid !== undefined && { pid }) } as const;
    const areGone = file.deleted !== undefined && match.deleted !== undefined;
    const pipe = file.entry.pipe?.pipe_id;
    const hasWaiting = pipe === undefined || !this.#pipes.has(pipe);
    if (pipe !== undefined) this.#pipes.add(pipe);
    const wanted = { hasGhost: areGone, hasWaiting, isAll: this.#isAll };
    const was = fileFacts(this.#before, file, wanted);
    const is = fileFacts(this.#after, match, wanted);
    for (const change of changesOf(was, is)) {
      yield { change: 'changed', ...about, ...change, ...(users.length > 0 && { users }) };
    }
  }
}

function descriptorsOf(checkpoint: Checkpoint, process: Process): Map<number, Descriptor> {
  if (process.isGone || process.isPidOnly) return new Map();
  return new Map([...checkpoint.readDescriptors(process)].map((each) => [each.fd, each]));
}

function gone(pid: number, { fd, file, id, type }: Descriptor, change: Change): Difference {
  const value = nameOf(file, type, id);
  return {
    change,
    kind: kindOf(file),
    pid,
    name: `fd ${fd}`,
    ...(change === 'added' ? { after: value } : { before: value }),
  };
}

function nameOf(file: OpenFile | undefined, type: unknown, id: number): string {
  if (!file) return `${String(type)} ${id}, which no image has`;
  const socket = socketOf(file.entry);
  if (!socket) return file.deleted ? `${file.name} (deleted)` : file.name;
  const ends = [socket.local, socket.peer].filter((each) => each !== '').join(' -> ');
  return `${socket.family} ${socket.type} ${socket.state}${ends === '' ? '' : ` ${ends}`}`;
}

function kindOf(file: OpenFile | undefined): 'file' | 'socket' {
  return file && socketOf(file.entry) ? 'socket' : 'file';
}
