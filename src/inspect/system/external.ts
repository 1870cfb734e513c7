/** What a restore takes from outside the checkpoint, each thing by its name. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { isFromOutside } from '../../checkpoint/socket.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Namespace } from './namespaces.ts';

export interface External {
  readonly kind: 'file' | 'mount' | 'terminal' | 'unix socket' | 'namespace' | 'network device';
  readonly name: string;
  /** What the restore is told that it is, where it was named: the KEY of --external. */
  readonly key?: string;
  /** The id of the open file. */
  readonly id?: number;
}

/** 5:2, the number of /dev/ptmx: a terminal whose master is in the checkpoint. */
const PTMX = 0x502;

/** All of it, as far as the images can be read. */
export function externalOf(checkpoint: Checkpoint, namespaces: readonly Namespace[]): External[] {
  const given = (): Iterable<External> => namespacesFrom(namespaces);
  const parts = [filesFrom, mountsFrom, terminalsFrom, socketsFrom, given, devicesFrom];
  return parts.flatMap((part) => ifReadable(() => [...part(checkpoint)]) ?? []);
}

function* filesFrom({ files }: Checkpoint): Generator<External, void, undefined> {
  for (const id of files.idsOf(new Set([FD_TYPES.EXT, FD_TYPES.REG]))) {
    const file = files.get(id);
    if (file?.isExternal === true) yield { kind: 'file', name: file.name, id };
  }
}

function* mountsFrom({ files }: Checkpoint): Generator<External, void, undefined> {
  for (const { ext_mount, with_plugin, mountpoint, ext_key } of files.mounts.values()) {
    if (ext_mount !== true && with_plugin !== true) continue;
    yield { kind: 'mount', name: textOf(mountpoint), ...(ext_key !== undefined && { key: textOf(ext_key) }) };
  }
}

/** Terminals that stay outside, and ends of pseudo terminals whose other end is not in the checkpoint (--shell-job). */
function* terminalsFrom({ images }: Checkpoint): Generator<External, void, undefined> {
  const masters = new Set<number>();
  for (const { rdev, pty } of images.entriesIfThere('tty-info.img', 'TTY_INFO'))
    if (rdev === PTMX && pty) masters.add(pty.index);
  for (const { id, type, rdev, pty } of images.entriesIfThere('tty-info.img', 'TTY_INFO')) {
    if (type === 'EXT_TTY') yield { kind: 'terminal', name: `terminal ${id}` };
    else if (type === 'PTY' && pty && rdev !== PTMX && !masters.has(pty.index))
      yield { kind: 'terminal', name: `/dev/pts/${pty.index}` };
  }
}

function* socketsFrom({ files }: Checkpoint): Generator<External, void, undefined> {
  for (const id of files.idsOf(new Set([FD_TYPES.UNIXSK]))) {
    const file = files.get(id);
    if (file?.entry.usk && isFromOutside(file.entry.usk)) yield { kind: 'unix socket', name: file.name, id };
  }
}

function* namespacesFrom(namespaces: readonly Namespace[]): Generator<External, void, undefined> {
  for (const { kind, id, external: key } of namespaces) {
    if (key !== undefined) yield { kind: 'namespace', name: `${kind} ${id}`, key };
  }
}

function* devicesFrom({ images }: Checkpoint): Generator<External, void, undefined> {
  for (const image of images.names.filter((name) => /^netdev-\d+\.img$/.test(name))) {
    for (const { type, name } of images.entries(image, 'NETDEV'))
      if (type === 'EXTLINK') yield { kind: 'network device', name: textOf(name) };
  }
}
