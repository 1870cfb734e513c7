/** The open files of a checkpoint by their ids: what each is, and where it is. */
import type {
  FdTypes,
  FileEntry,
  MemfdInodeEntry,
  MntEntry,
  RemapFilePathEntry,
} from '../schema/generated/messages.ts';
import { EntryTable, uint32Field } from './entry-table.ts';
import { fileName, memfdName } from './file-name.ts';
import type { ImageDirectory } from './image-directory.ts';
import { oldFiles, type FileSource, type OldFiles } from './old-files.ts';
import { textOf } from './text.ts';

/** An open file, which descriptors, mappings, working directories and more refer to by its id. */
export interface OpenFile {
  readonly id: number;
  readonly type: FdTypes;
  /** As it stands in files.img; older images are brought into that form. */
  readonly entry: FileEntry;
  /** As /proc/PID/fd shows it: a path, `pipe:[7]`, `socket:[8]`, `anon_inode:[eventfd]`, `/memfd:NAME`. */
  readonly name: string;
  /** Of what has one in the file system. */
  readonly path: string | undefined;
  /** How a file is kept that has no path any more. */
  readonly deleted: Deleted | undefined;
  /** Whether a restore takes it from outside the checkpoint: by a plugin, or as the caller says. */
  readonly isExternal: boolean;
  /** The mount that it is on, where the checkpoint has its mounts. */
  readonly mount: MntEntry | undefined;
}

/** `ghost`: its contents are in the image; `linked`: it stands under another path; `procfs`: it is of a process that is gone. */
export interface Deleted {
  readonly kind: 'ghost' | 'linked' | 'procfs';
  /** The image with the contents of a ghost. */
  readonly image?: string;
  /** The path that a linked file has instead. */
  readonly path?: string;
}

/** Says that a remap is a ghost, in images of before remap_type. */
const OLD_GHOST = 0x80000000;

export class FileTable {
  readonly #images: ImageDirectory;
  #files: EntryTable<'FILES'> | undefined;
  #old: readonly OldFiles[] | undefined;
  #remaps: EntryTable<'REMAP_FPATH'> | undefined;
  #memfds: Map<string, MemfdInodeEntry> | undefined;
  #terminals: EntryTable<'TTY_INFO'> | undefined;
  #mounts: Map<number, MntEntry> | undefined;

  constructor(images: ImageDirectory) {
    this.#images = images;
  }

  /** All ids, image by image, each in order. */
  *ids(): Generator<number, void, undefined> {
    for (const { ids } of this.#all()) yield* ids;
  }

  /** What an open file is; undefined where no image has it. Throws a CritError where one is damaged. */
  get(id: number): OpenFile | undefined {
    const entry = this.entry(id);
    if (!entry) return undefined;
    const path = this.#pathOf(entry);
    const deleted = this.#deletedOf(entry);
    return {
      id,
      type: entry.type,
      entry,
      name: path ?? fileName(entry, (inode) => this.#inodes().get(inode)),
      path,
      deleted,
      isExternal: entry.type === 'EXT' || entry.reg?.ext === true,
      mount: entry.reg?.mnt_id === undefined ? undefined : this.mounts.get(entry.reg.mnt_id),
    };
  }

  /** The ids of files of some kinds, by the numbers of fd_types, found without reading the entries as objects. */
  *idsOf(types: ReadonlySet<number>): Generator<number, void, undefined> {
    if (this.#images.has('files.img')) {
      const found: number[] = [];
      this.#images.scan('files.img', 'FILES', (bytes, from, end) => {
        if (types.has(uint32Field(bytes, from, end, 1))) found.push(uint32Field(bytes, from, end, 2));
      });
      yield* found;
    }
    for (const { type, ids } of this.#oldFiles()) if (types.has(type)) yield* ids;
  }

  /** Whether any image has it. */
  has(id: number): boolean {
    return this.#all().some((source) => source.has(id));
  }

  /** The images of all deleted files whose contents were saved. */
  *ghostImages(): Generator<string, void, undefined> {
    const remaps = this.#allRemaps();
    for (const id of remaps.ids) {
      const remap = remaps.get(id);
      const image = remap && this.#remapped(remap).image;
      if (image !== undefined) yield image;
    }
  }

  /** Its entry alone. */
  entry(id: number): FileEntry | undefined {
    for (const source of this.#all()) {
      const entry = source.get(id);
      if (entry) return entry;
    }
    return undefined;
  }

  /** The path of a regular file or directory; undefined for everything else. */
  path(id: number): string | undefined {
    const name = this.entry(id)?.reg?.name;
    return name === undefined ? undefined : textOf(name);
  }

  /** The memfds by the IDs of their shared memory. */
  get memfds(): ReadonlyMap<number, MemfdInodeEntry> {
    return new Map([...this.#inodes().values()].map((inode) => [inode.shmid, inode]));
  }

  /** What stands behind an open memfd. */
  memfd(entry: FileEntry): MemfdInodeEntry | undefined {
    return entry.memfd && this.#inodes().get(String(entry.memfd.inode_id));
  }

  /** The mounts by their numbers, of all mount namespaces. */
  get mounts(): ReadonlyMap<number, MntEntry> {
    if (!this.#mounts) {
      this.#mounts = new Map();
      for (const image of this.#images.names) {
        if (!/^mountpoints-\d+\.img$/.test(image)) continue;
        for (const mount of this.#images.entries(image, 'MNTS')) this.#mounts.set(mount.mnt_id, mount);
      }
    }
    return this.#mounts;
  }

  /** Of those, images are there in old checkpoints alone. */
  #all(): readonly FileSource[] {
    this.#files ??= new EntryTable(this.#images, 'files.img', 'FILES', 2);
    return [this.#files, ...this.#oldFiles()];
  }

  #oldFiles(): readonly OldFiles[] {
    return (this.#old ??= [...oldFiles(this.#images)].filter(({ ids }) => ids.length > 0));
  }

  #allRemaps(): EntryTable<'REMAP_FPATH'> {
    return (this.#remaps ??= new EntryTable(this.#images, 'remap-fpath.img', 'REMAP_FPATH', 1));
  }

  #inodes(): ReadonlyMap<string, MemfdInodeEntry> {
    this.#memfds ??= new Map(
      [...this.#images.entriesIfThere('memfd.img', 'MEMFD_INODE')].map((inode) => [String(inode.inode_id), inode]),
    );
    return this.#memfds;
  }

  #pathOf({ reg, fifo, tty, memfd }: FileEntry): string | undefined {
    if (reg) return textOf(reg.name);
    if (fifo?.regf_id !== undefined) return this.path(fifo.regf_id);
    if (tty) return tty.regf_id === undefined ? this.#terminalName(tty.tty_info_id) : this.path(tty.regf_id);
    if (memfd) {
      const inode = this.#inodes().get(String(memfd.inode_id));
      return inode && memfdName(inode);
    }
    return undefined;
  }

  #terminalName(id: number): string | undefined {
    this.#terminals ??= new EntryTable(this.#images, 'tty-info.img', 'TTY_INFO', 1);
    const info = this.#terminals.get(id);
    if (info?.type === 'CTTY') return '/dev/tty';
    if (info?.type === 'CONSOLE') return '/dev/console';
    // The master of a pty has the number of the device /dev/ptmx.
    return info?.pty && info.rdev !== PTMX ? `/dev/pts/${info.pty.index}` : info?.pty && '/dev/ptmx';
  }

  #deletedOf({ id, usk, fifo, tty }: FileEntry): Deleted | undefined {
    // Of what has its path in an entry of its own, that one is remapped.
    const remap = this.#allRemaps().get(fifo?.regf_id ?? tty?.regf_id ?? id);
    if (!remap) return usk?.deleted === true ? { kind: 'ghost' } : undefined;
    return this.#remapped(remap);
  }

  #remapped({ remap_id, remap_type }: RemapFilePathEntry): Deleted {
    const isGhost = remap_type === undefined ? remap_id >= OLD_GHOST : remap_type === 'GHOST';
    if (isGhost) return { kind: 'ghost', image: `ghost-file-${(remap_id & ~OLD_GHOST).toString(16)}.img` };
    if (remap_type === 'PROCFS') return { kind: 'procfs' };
    const path = this.path(remap_id);
    return { kind: 'linked', ...(path !== undefined && { path }) };
  }
}

/** 5:2, as the kernel writes device numbers of that size. */
const PTMX = 0x502;
