/** Descriptors that were opened, closed or moved to something else, and open files whose facts changed. */
import type { Checkpoint, Descriptor } from '../checkpoint/checkpoint.ts';
import type { OpenFile } from '../checkpoint/file-table.ts';
import type { Process } from '../checkpoint/process.ts';
import { socketOf } from '../checkpoint/socket.ts';
import type { Difference } from './difference.ts';
import { changesOf, factsOf } from './facts.ts';
import { ghostFacts } from './ghost-facts.ts';
import type { Side } from './side.ts';

/** Ids of the dump and inodes of the kernel, which differ after a restore; what is told otherwise. */
const NOISE =
  /(?:^|\.)(?:id|mnt_id|ino|peer|pipe_id|inode_id|regf_id|tty_info_id|ns_id|name_dir|s_dev|i_ino|map_id|shmid)$|^type$|^reg\.name$|^reg\.ext$/;

/** Open files that have been compared: several descriptors can share one. */
export class ComparedFiles {
  readonly #pairs = new Set<string>();
  readonly before: Set<number> = new Set();
  readonly after: Set<number> = new Set();

  /** Whether the two were not compared before. */
  add(before: number, after: number): boolean {
    const key = `${before}:${after}`;
    if (this.#pairs.has(key)) return false;
    this.#pairs.add(key);
    this.before.add(before);
    this.after.add(after);
    return true;
  }
}

export function* diffDescriptors(
  before: Side,
  after: Side,
  [one, other]: readonly [Process, Process],
  compared: ComparedFiles,
): Generator<Difference, void, undefined> {
  const left = descriptorsOf(before.checkpoint, one);
  const right = descriptorsOf(after.checkpoint, other);
  for (const [fd, descriptor] of left) {
    const match = right.get(fd);
    if (!match) yield gone(one.pid, descriptor, 'removed');
    else yield* diffDescriptor(before, after, one.pid, descriptor, match, compared);
  }
  for (const [fd, descriptor] of right) if (!left.has(fd)) yield gone(one.pid, descriptor, 'added');
}

/** All descriptors of a process that is on one side alone. */
export function* descriptorsAlone(
  { checkpoint }: Side,
  process: Process,
  change: 'added' | 'removed',
): Generator<Difference, void, undefined> {
  for (const descriptor of descriptorsOf(checkpoint, process).values()) yield gone(process.pid, descriptor, change);
}

function descriptorsOf(checkpoint: Checkpoint, process: Process): Map<number, Descriptor> {
  if (process.isGone || process.isPidOnly) return new Map();
  return new Map([...checkpoint.readDescriptors(process)].map((each) => [each.fd, each]));
}

function gone(pid: number, { fd, file, id, type }: Descriptor, change: 'added' | 'removed'): Difference {
  const value = nameOf(file, type, id);
  return {
    change,
    kind: kindOf(file),
    pid,
    name: `fd ${fd}`,
    ...(change === 'added' ? { after: value } : { before: value }),
  };
}

function* diffDescriptor(
  before: Side,
  after: Side,
  pid: number,
  one: Descriptor,
  other: Descriptor,
  compared: ComparedFiles,
): Generator<Difference, void, undefined> {
  const base = { change: 'changed', pid, name: `fd ${one.fd}` } as const;
  if (one.flags !== other.flags) {
    yield { ...base, kind: kindOf(one.file), field: 'fd flags', before: one.flags, after: other.flags };
  }
  const [file, match] = [one.file, other.file];
  const [was, is] = [nameOf(file, one.type, one.id), nameOf(match, other.type, other.id)];
  if (!file || !match || (identityOf(file) !== identityOf(match) && (was !== is || file.type !== match.type))) {
    if (was !== is || file?.type !== match?.type) {
      yield { ...base, kind: kindOf(match ?? file), field: 'open file', before: was, after: is };
    }
    return;
  }
  if (compared.add(file.id, match.id)) yield* diffOpenFile(before, after, pid, file, match);
}

function* diffOpenFile(
  before: Side,
  after: Side,
  pid: number | undefined,
  file: OpenFile,
  match: OpenFile,
): Generator<Difference, void, undefined> {
  const users = [...before.checkpoint.usersOf(file.id)].map((user) => `${user.pid}:${user.fd}`);
  const about = { kind: kindOf(file), name: file.name, ...(pid !== undefined && { pid }) } as const;
  for (const change of changesOf(fileFacts(before, file), fileFacts(after, match))) {
    yield { change: 'changed', ...about, ...change, ...(users.length > 0 && { users }) };
  }
}

/** Files that no descriptor that both have is open on: programs, mapped files, directories, sockets in flight. */
export function* diffOtherFiles(
  before: Side,
  after: Side,
  compared: ComparedFiles,
): Generator<Difference, void, undefined> {
  const waiting = new Map<string, number[]>();
  for (const id of after.checkpoint.files.ids()) {
    const file = compared.after.has(id) ? undefined : after.checkpoint.files.get(id);
    if (!file) continue;
    const others = waiting.get(identityOf(file));
    if (others) others.push(id);
    else waiting.set(identityOf(file), [id]);
  }
  for (const id of before.checkpoint.files.ids()) {
    const file = compared.before.has(id) ? undefined : before.checkpoint.files.get(id);
    const other = file && waiting.get(identityOf(file))?.shift();
    const match = other === undefined ? undefined : after.checkpoint.files.get(other);
    if (file && match) yield* diffOpenFile(before, after, undefined, file, match);
  }
}

/** What makes an open file the same one in another dump: its path, or what kind of thing it is. */
function identityOf({ type, path, entry }: OpenFile): string {
  const socket = socketOf(entry);
  return `${type} ${path ?? (socket ? `${socket.family} ${socket.type} ${socket.protocol}` : '')}`;
}

function fileFacts({ checkpoint }: Side, { entry, deleted, isExternal }: OpenFile): Map<string, unknown> {
  const facts = factsOf(entry, (field) => NOISE.test(field));
  const plain = new Map([...facts].map(([name, value]): [string, unknown] => [name.replace(/^[a-z]+\./, ''), value]));
  const socket = socketOf(entry);
  if (socket) {
    plain.set('state', socket.state);
    plain.set('protocol', socket.protocol);
    plain.delete('proto');
    if (entry.isk) {
      plain.set('local', socket.local);
      plain.set('peer', socket.peer);
      for (const part of ['src_addr', 'src_port', 'dst_addr', 'dst_port']) plain.delete(part);
    }
  }
  const inode = checkpoint.files.memfd(entry);
  if (inode)
    for (const [name, value] of factsOf(inode, (field) => NOISE.test(field))) plain.set(`memfd.${name}`, value);
  if (deleted) plain.set('deleted', deleted.kind);
  if (deleted?.image !== undefined && checkpoint.images.has(deleted.image)) {
    for (const [name, value] of ghostFacts(checkpoint.images, deleted.image)) plain.set(`ghost.${name}`, value);
  }
  if (isExternal) plain.set('external', true);
  return plain;
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
