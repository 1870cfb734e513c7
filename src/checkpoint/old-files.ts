/** Open files of before files.img, when each kind of file had an image of its own, in the form that files.img has them. */
import type { FileEntry } from '../schema/generated/messages.ts';
import { EntryTable } from './entry-table.ts';
import type { ImageDirectory } from './image-directory.ts';

/** Entries by their ids. */
export interface FileSource {
  readonly ids: Uint32Array;
  has(id: number): boolean;
  get(id: number): FileEntry | undefined;
}

/** Those of one kind, by its number among fd_types. */
export interface OldFiles extends FileSource {
  readonly type: number;
}

interface Entries<T> {
  readonly ids: Uint32Array;
  has(id: number): boolean;
  get(id: number): T | undefined;
}

function source<T>(type: number, entries: Entries<T>, wrap: (entry: T, id: number) => FileEntry): OldFiles {
  return {
    type,
    ids: entries.ids,
    has: (id) => entries.has(id),
    get(id) {
      const entry = entries.get(id);
      return entry && wrap(entry, id);
    },
  };
}

/** Numbers of fd_types. */
// prettier-ignore
export const FD_TYPES = {
  REG: 1, PIPE: 2, FIFO: 3, INETSK: 4, UNIXSK: 5, EVENTFD: 6, EVENTPOLL: 7, INOTIFY: 8, SIGNALFD: 9, PACKETSK: 10, TTY: 11, FANOTIFY: 12, NETLINKSK: 13, NS: 14, TUNF: 15, EXT: 16, TIMERFD: 17,
} as const;

/** Number of the field with the id, in all of them. */
const ID = 1;

/** One for each kind of file, opened as they come. */
// prettier-ignore
export function* oldFiles(images: ImageDirectory): Generator<OldFiles, void, undefined> {
  yield source(FD_TYPES.REG, new EntryTable(images, 'reg-files.img', 'REG_FILES', ID), (reg, id) => ({ type: 'REG', id, reg }));
  yield source(FD_TYPES.PIPE, new EntryTable(images, 'pipes.img', 'PIPES', ID), (pipe, id) => ({ type: 'PIPE', id, pipe }));
  yield source(FD_TYPES.FIFO, new EntryTable(images, 'fifo.img', 'FIFO', ID), (fifo, id) => ({ type: 'FIFO', id, fifo }));
  yield source(FD_TYPES.UNIXSK, new EntryTable(images, 'unixsk.img', 'UNIXSK', ID), (usk, id) => ({ type: 'UNIXSK', id, usk }));
  yield source(FD_TYPES.INETSK, new EntryTable(images, 'inetsk.img', 'INETSK', ID), (isk, id) => ({ type: 'INETSK', id, isk }));
  yield source(FD_TYPES.NETLINKSK, new EntryTable(images, 'netlinksk.img', 'NETLINK_SK', ID), (nlsk, id) => ({ type: 'NETLINKSK', id, nlsk }));
  yield source(FD_TYPES.PACKETSK, new EntryTable(images, 'packetsk.img', 'PACKETSK', ID), (psk, id) => ({ type: 'PACKETSK', id, psk }));
  yield source(FD_TYPES.TTY, new EntryTable(images, 'tty.img', 'TTY_FILES', ID), (tty, id) => ({ type: 'TTY', id, tty }));
  yield source(FD_TYPES.EVENTFD, new EntryTable(images, 'eventfd.img', 'EVENTFD_FILE', ID), (efd, id) => ({ type: 'EVENTFD', id, efd }));
  yield source(FD_TYPES.EVENTPOLL, new EntryTable(images, 'eventpoll.img', 'EVENTPOLL_FILE', ID), (epfd, id) => ({ type: 'EVENTPOLL', id, epfd }));
  yield source(FD_TYPES.SIGNALFD, new EntryTable(images, 'signalfd.img', 'SIGNALFD', ID), (sgfd, id) => ({ type: 'SIGNALFD', id, sgfd }));
  yield source(FD_TYPES.INOTIFY, new EntryTable(images, 'inotify.img', 'INOTIFY_FILE', ID), (ify, id) => ({ type: 'INOTIFY', id, ify }));
  yield source(FD_TYPES.FANOTIFY, new EntryTable(images, 'fanotify.img', 'FANOTIFY_FILE', ID), (ffy, id) => ({ type: 'FANOTIFY', id, ffy }));
  yield source(FD_TYPES.TIMERFD, new EntryTable(images, 'timerfd.img', 'TIMERFD', ID), (tfd, id) => ({ type: 'TIMERFD', id, tfd }));
  yield source(FD_TYPES.TUNF, new EntryTable(images, 'tunfile.img', 'TUNFILE', ID), (tunf, id) => ({ type: 'TUNF', id, tunf }));
  yield source(FD_TYPES.NS, new EntryTable(images, 'ns-files.img', 'NS_FILES', ID), (nsf, id) => ({ type: 'NS', id, nsf }));
  yield source(FD_TYPES.EXT, new EntryTable(images, 'ext-files.img', 'EXT_FILES', ID), (ext, id) => ({ type: 'EXT', id, ext }));
}
