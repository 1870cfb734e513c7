/** Names of mapped files and shared memory, from the images that have them. */
import { readdirSync } from 'node:fs';
import type { ProtoString, RegFileEntry } from '../schema/generated/messages.ts';
import { readEntries } from '../files/read-entries.ts';
import type { Names } from './area.ts';
import type { CheckpointDirectory } from './checkpoint-directory.ts';

interface NamedFile {
  readonly name: string;
  readonly shmem?: number;
}

/** Reads files.img (or reg-files.img), memfd.img and ipcns-shm-*.img, as far as they are there. */
export function readNames(directory: CheckpointDirectory): Names & { readonly shmem: ReadonlyMap<number, string> } {
  const inodes = new Map<number | string, NamedFile>();
  const files = new Map<number, NamedFile>();
  const segments = new Map<number, string>();
  const addFile = (reg: RegFileEntry): void => {
    files.set(reg.id, { name: textOf(reg.name) });
  };
  if (directory.has('memfd.img')) {
    for (const { inode_id, name, shmid } of readEntries(directory.pathOf('memfd.img'), 'memfd.img', 'MEMFD_INODE')) {
      const text = textOf(name);
      // The kernel calls shared anonymous memory /dev/zero.
      inodes.set(inode_id, { name: text.startsWith('/') ? text : `/memfd:${text}`, shmem: shmid });
    }
  }
  if (directory.has('files.img')) {
    for (const { id, reg, memfd } of readEntries(directory.pathOf('files.img'), 'files.img', 'FILES')) {
      if (reg) addFile(reg);
      const inode = memfd && inodes.get(memfd.inode_id);
      if (inode) files.set(id, inode);
    }
  } else if (directory.has('reg-files.img')) {
    for (const reg of readEntries(directory.pathOf('reg-files.img'), 'reg-files.img', 'REG_FILES')) addFile(reg);
  }
  for (const image of readdirSync(directory.path)) {
    if (!/^ipcns-shm-\d+\.img$/.test(image)) continue;
    for (const { desc } of readEntries(directory.pathOf(image), image, 'IPCNS_SHM')) {
      segments.set(desc.id, `/SYSV${desc.key.toString(16).padStart(8, '0')}`);
    }
  }
  const shmem = new Map<number, string>(segments);
  for (const { name, shmem: id } of inodes.values()) if (id !== undefined) shmem.set(id, name);
  return { file: (id) => files.get(id), segment: (id) => segments.get(id), shmem };
}

/** A string; one that is not UTF-8 with its bytes as they are in Latin-1. */
export function textOf(text: ProtoString): string {
  return typeof text === 'string' ? text : Buffer.from(text.base64, 'base64').toString('latin1');
}
