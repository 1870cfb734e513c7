import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import type { Process } from '../../../checkpoint/process.ts';
import type { FdTypes } from '../../../schema/generated/messages.ts';
import { fileName, filePath, shownName } from './crit-names.ts';
import type { View } from './view.ts';

interface Descriptor {
  readonly fd: number;
  readonly type: FdTypes;
  readonly id: number;
  readonly name: string;
}

interface Part {
  readonly process: Process;
  /** Read again each time: there may be millions of them. */
  readonly fds: () => Iterable<Descriptor>;
  readonly place: { readonly cwd: string; readonly root: string } | undefined;
}

/** Open descriptors. */
export const fds: View<Part> = {
  *parts(checkpoint) {
    for (const process of checkpoint.processes) yield partOf(checkpoint, process);
  },
  *text({ process, fds: list, place }) {
    yield String(process.pid);
    for (const { fd, name } of list()) yield `\t${String(fd).padStart(7)}: ${shownName(name)}`;
    if (!place) return;
    yield `\t${'cwd'.padStart(7)}: ${shownName(place.cwd)}`;
    yield `\t${'root'.padStart(7)}: ${shownName(place.root)}`;
  },
  value({ process: { pid, comm }, fds: list, place }) {
    return { pid, comm, fds: [...list()], ...place };
  },
  *rows({ process: { pid }, fds: list, place }) {
    for (const each of list()) yield { pid, ...each };
    if (!place) return;
    yield { pid, fd: 'cwd', name: place.cwd };
    yield { pid, fd: 'root', name: place.root };
  },
};

function partOf({ files }: Checkpoint, process: Process): Part {
  if (process.isGone) return { process, fds: () => [], place: undefined };
  const list = function* (): Generator<Descriptor, void, undefined> {
    for (const { fd, type, id } of process.readDescriptors()) yield { fd, type, id, name: fileName(files, type, id) };
  };
  const fs = process.readFs();
  const place = fs && { cwd: filePath(files, fs.cwd_id), root: filePath(files, fs.root_id) };
  return { process, fds: list, place };
}
