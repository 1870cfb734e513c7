import { formatQuotedPrintable } from '../codec/quoted-printable.ts';
import type { FdTypes, FileEntry, RegFileEntry, PipeEntry, UnixSkEntry } from '../schema/generated/messages.ts';
import type { ImageDirectory } from './image-directory.ts';
import { textOf } from './text.ts';

const UNKNOWN_PATH = 'unknown path';

/** The open files of a checkpoint by their ids: from files.img, or from the images that each kind of file had before it. */
export class FileTable {
  readonly #directory: ImageDirectory;
  readonly #files = new Map<number, FileEntry>();
  #regular: Map<number, RegFileEntry> | undefined;
  #pipes: Map<number, PipeEntry> | undefined;
  #sockets: Map<number, UnixSkEntry> | undefined;

  constructor(directory: ImageDirectory) {
    this.#directory = directory;
    if (!directory.has('files.img')) return;
    for (const file of directory.entries('files.img', 'FILES')) this.#files.set(file.id, file);
  }

  /** The entry of files.img, where there is one. */
  file(id: number): FileEntry | undefined {
    return this.#files.get(id);
  }

  /** What a descriptor is open on, as CRIT names it: a path, `pipe[7]`, `unix[3 (4) name]`, or `EVENTFD.5`. */
  name(type: FdTypes, id: number): string {
    switch (type) {
      case 'REG':
        return this.path(id);
      case 'PIPE': {
        const pipe = this.#pipe(id);
        return pipe ? `pipe[${pipe.pipe_id}]` : 'pipe[?]';
      }
      case 'UNIXSK': {
        const socket = this.unixSocket(id);
        if (!socket) return 'unix[?]';
        const name = socketName(socket);
        return `unix[${socket.ino} (${socket.peer})${name === '' ? '' : ` ${name}`}]`;
      }
      default:
        return `${type}.${id}`;
    }
  }

  /** The path of a regular file or directory. */
  path(id: number): string {
    const file = this.#files.get(id);
    const name = file ? file.reg?.name : this.#oldRegular().get(id)?.name;
    return (name === undefined ? '' : textOf(name)) || UNKNOWN_PATH;
  }

  unixSocket(id: number): UnixSkEntry | undefined {
    const file = this.#files.get(id);
    if (file) return file.usk;
    this.#sockets ??= byId(this.#directory, 'unixsk.img', 'UNIXSK');
    return this.#sockets.get(id);
  }

  #pipe(id: number): PipeEntry | undefined {
    const file = this.#files.get(id);
    if (file) return file.pipe;
    this.#pipes ??= byId(this.#directory, 'pipes.img', 'PIPES');
    return this.#pipes.get(id);
  }

  #oldRegular(): Map<number, RegFileEntry> {
    return (this.#regular ??= byId(this.#directory, 'reg-files.img', 'REG_FILES'));
  }
}

/** The name of a unix socket as quoted-printable text: it may have any bytes in it. */
export function socketName(socket: UnixSkEntry): string {
  return formatQuotedPrintable(Buffer.from(socket.name, 'base64'));
}

interface EntryById {
  REG_FILES: RegFileEntry;
  PIPES: PipeEntry;
  UNIXSK: UnixSkEntry;
}

/** The entries of an image by their ids; none where there is no such image. */
function byId<M extends keyof EntryById>(
  directory: ImageDirectory,
  image: string,
  magic: M,
): Map<number, EntryById[M]> {
  const found = new Map<number, EntryById[M]>();
  if (!directory.has(image)) return found;
  for (const entry of directory.entries(image, magic)) found.set(entry.id, entry);
  return found;
}
