/** A checkpoint as a directory, whatever it is: an archive is unpacked into a private temporary one. */
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CritError, placed } from '../error.ts';
import { DirectoryWriter } from '../files/directory-writer.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import type { Container, ContainerSink, Member, MemberSink } from './container.ts';
import { isImageLayout } from './oci/is-image-layout.ts';
import { openContainer } from './open-container.ts';
import { MemberList } from './member-list.ts';
import { UnpackRoom } from './unpack-room.ts';

/** A member of an archive. */
export interface Unpacked {
  readonly image: string;
  readonly size: number;
}

export interface UnpackedArchive {
  readonly directory: string;
  /** All members that are files, also those that were not wanted. */
  readonly members: Iterable<Unpacked>;
  /** What is said of it, where it is an OCI image. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** Removes the directory. */
  remove(): void;
}

export interface UnpackOptions extends ArchiveLimits {
  /** Whether a file is written; all are without it. */
  readonly wanted?: (image: string) => boolean;
  /** The name under which a single file counts as an archive of itself; without one it is none. */
  readonly fileName?: string | undefined;
  /** Told how to remove what is there so far, before anything is. */
  readonly onStart?: (remove: () => void) => void;
}

/** Unpacks an archive; `-` is standard input. Undefined for a directory. Throws a CritError for everything else. */
export async function unpackArchive(path: string, options: UnpackOptions = {}): Promise<UnpackedArchive | undefined> {
  let container: Container | undefined;
  try {
    if (path !== '-' && statSync(path).isDirectory() && !isImageLayout(path)) return undefined;
    container = await openContainer(path, { name: options.fileName, maxWindow: options.maxWindow });
    if (container.kind !== 'archive' && options.fileName === undefined)
      throw new CritError('format', 'neither a directory of images nor an archive of one (tar, gzip, zstd)');
    return await unpackTo(container, options);
  } catch (error) {
    throw placed(error, { image: path });
  } finally {
    await container?.close();
  }
}

async function unpackTo(container: Container, options: UnpackOptions): Promise<UnpackedArchive> {
  let top: string | undefined;
  const remove = (): void => {
    if (top !== undefined) removeTree(top);
  };
  options.onStart?.(remove);
  try {
    top = mkdtempSync(join(tmpdir(), 'crit-pipe.'));
    const directory = join(top, 'checkpoint');
    const room = new UnpackRoom(dirname(top), options.maxUnpacked);
    const files = new MemberFiles(new DirectoryWriter(directory), options.wanted ?? (() => true), room);
    for await (const _ of container.read(files));
    files.commit();
    return { directory, members: files.members, annotations: container.annotations, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Writes members as files. */
class MemberFiles implements ContainerSink {
  readonly members: MemberList = new MemberList();
  readonly #target: DirectoryWriter;
  readonly #wanted: (image: string) => boolean;
  readonly #room: UnpackRoom;

  constructor(target: DirectoryWriter, wanted: (image: string) => boolean, room: UnpackRoom) {
    this.#target = target;
    this.#wanted = wanted;
    this.#room = room;
  }

  wants(): boolean {
    return true;
  }

  begin({ image, type, target = Buffer.alloc(0), size, tar }: Member): MemberSink | undefined {
    if (type === 'directory') this.#target.directory(image);
    else if (type === 'link') this.#target.link(image, target, { magic: 'LINK', tar });
    else {
      if (size !== undefined) this.members.add(image, size);
      if (this.#wanted(image)) return size === undefined ? this.#counted(image) : this.#sized(image, size);
      if (size === undefined) this.members.add(image, 0);
    }
    return undefined;
  }

  #sized(image: string, size: number): MemberSink {
    this.#room.take(size);
    return this.#target.image(image);
  }

  /** Where its size is known at its end alone. */
  #counted(image: string): MemberSink {
    const file = this.#target.image(image);
    let size = 0;
    return {
      write: (bytes) => {
        this.#room.take(bytes.length);
        size += bytes.length;
        file.write(bytes);
      },
      end: () => {
        file.end();
        this.members.add(image, size);
      },
    };
  }

  fail(error: unknown): void {
    throw error;
  }

  commit(): void {
    this.#target.commit();
  }
}
