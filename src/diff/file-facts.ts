/** What is known of an open file, and what makes it the same one in another dump. */
import type { OpenFile } from '../checkpoint/file-table.ts';
import { socketOf } from '../checkpoint/socket.ts';
import { factsOf } from './facts.ts';
import { ghostFacts } from './ghost-facts.ts';
import type { Side } from './side.ts';
import { withoutTimeLeft } from './timer-facts.ts';

/** Ids of the dump and inodes of the kernel, which differ after a restore; what is told otherwise. */
const NOISE =
  /(?:^|\.)(?:id|mnt_id|ino|inode|dev|peer|pipe_id|inode_id|regf_id|tty_info_id|ns_id|name_dir|s_dev|i_ino|map_id|shmid)$|^type$|^reg\.name$|^reg\.ext$/;

/** The path of an open file, or what kind of thing it is. */
export function identityOf({ type, path, entry }: OpenFile): string {
  const socket = socketOf(entry);
  return `${type} ${path ?? (socket ? `${socket.family} ${socket.type} ${socket.protocol}` : '')}`;
}

export interface FileFactOptions {
  /** Whether it is said what a deleted file was. */
  readonly hasGhost: boolean;
  /** Whether it is said what waits to be read. */
  readonly hasWaiting: boolean;
  /** Whether it is said what runs on with the clock. */
  readonly isAll: boolean;
}

/** What is known of an open file. */
export function fileFacts(
  side: Side,
  file: OpenFile,
  { hasGhost, hasWaiting, isAll }: FileFactOptions,
): Map<string, unknown> {
  const { checkpoint, waiting } = side;
  const { entry, deleted, isExternal } = file;
  const facts = new Map(
    [...factsOf(entry, (field) => NOISE.test(field))].map(([name, value]) => [name.replace(/^[a-z]+\./, ''), value]),
  );
  const socket = socketOf(entry);
  if (socket) {
    facts.set('state', socket.state);
    facts.set('protocol', socket.protocol);
    facts.delete('proto');
    // Of a socket that does not listen, it is how much memory its queue takes.
    if (entry.usk && socket.state !== 'LISTEN') facts.delete('backlog');
    if (entry.isk) {
      facts.set('local', socket.local);
      facts.set('peer', socket.peer);
      for (const part of ['src_addr', 'src_port', 'dst_addr', 'dst_port']) facts.delete(part);
    }
  }
  if (hasWaiting) for (const [name, value] of waiting().of(entry)) facts.set(name, value);
  const inode = checkpoint.files.memfd(entry);
  if (inode) {
    for (const [name, value] of factsOf(inode, (field) => NOISE.test(field))) facts.set(`memfd.${name}`, value);
  }
  if (deleted) facts.set('deleted', deleted.kind);
  if (hasGhost && deleted?.image !== undefined && checkpoint.images.has(deleted.image)) {
    for (const [name, value] of ghostFacts(checkpoint.images, deleted.image)) facts.set(`ghost.${name}`, value);
  }
  if (isExternal) facts.set('external', true);
  return isAll ? facts : withoutTimeLeft(facts);
}
