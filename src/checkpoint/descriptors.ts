import type { FdinfoEntry, FdTypes } from '../schema/generated/messages.ts';
import type { FileTable } from './file-table.ts';
import type { ImageDirectory } from './image-directory.ts';
import { readIds } from './processes.ts';

/** An open descriptor of a process. */
export interface Descriptor {
  readonly fd: number;
  readonly type: FdTypes;
  /** The id of the open file. */
  readonly id: number;
  readonly name: string;
}

/** Where a process is. */
export interface Place {
  readonly cwd: string;
  readonly root: string;
}

/** The descriptors of a process by number, as its image has them; none where it has no files. */
export function* readDescriptors(
  directory: ImageDirectory,
  files: FileTable,
  pid: number,
): Generator<Descriptor, void, undefined> {
  for (const { fd, type, id } of fdinfo(directory, pid)) yield { fd, type, id, name: files.name(type, id) };
}

function* fdinfo(directory: ImageDirectory, pid: number): Generator<FdinfoEntry, void, undefined> {
  const id = readIds(directory, pid)?.files_id;
  // Before ids, the image was named by the process.
  const image = [`fdinfo-${id}.img`, `fdinfo-${pid}.img`].find((name) => directory.has(name));
  if (image !== undefined) yield* directory.entries(image, 'FDINFO');
}

/** The working directory and the root of a process, or undefined where it has none. */
export function readPlace(directory: ImageDirectory, files: FileTable, pid: number): Place | undefined {
  const fs = directory.firstIfThere(`fs-${pid}.img`, 'FS');
  return fs && { cwd: files.path(fs.cwd_id), root: files.path(fs.root_id) };
}
