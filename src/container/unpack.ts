/** A checkpoint as a directory, whatever it is: an archive is unpacked into a private temporary one. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { ImageSink } from '../image/image-sink.ts';
import { DirectoryWriter } from '../files/directory-writer.ts';
import { ByteSource } from './byte-source.ts';
import { DETECT_SIZE, detectArchive } from './detect-archive.ts';
import type { ParsedHeader } from './tar/header-parser.ts';
import { openArchive } from './open-archive.ts';
import { describeMember } from './tar/tar-details.ts';
import { imageOf } from './tar/tar-member.ts';
import { TarReader, type TarHandler } from './tar/tar-reader.ts';

/** A member of an archive. */
export interface Unpacked {
  readonly image: string;
  readonly size: number;
}

export interface UnpackedArchive {
  readonly directory: string;
  /** All members that are files, also those that were not wanted. */
  readonly members: readonly Unpacked[];
  /** Removes the directory. */
  remove(): void;
}

export interface UnpackOptions {
  /** Whether a file is written; all are without it. */
  readonly wanted?: (image: string) => boolean;
  /** Told how to remove what is there so far, before anything is. */
  readonly onStart?: (remove: () => void) => void;
}

/** Unpacks an archive; `-` is standard input. Undefined for a directory. Throws a CritError for everything else. */
export async function unpackArchive(path: string, options: UnpackOptions = {}): Promise<UnpackedArchive | undefined> {
  try {
    if (path !== '-' && statSync(path).isDirectory()) return undefined;
    const source = new ByteSource(path);
    try {
      const suspicion = detectArchive(path, await source.first(DETECT_SIZE));
      const opened = suspicion && (await openArchive(source, suspicion));
      if (opened?.kind !== 'tar')
        throw new CritError('format', 'neither a directory of images nor an archive of one (tar, gzip, zstd)');
      return await unpackTo(opened.chunks, options);
    } finally {
      await source.close();
    }
  } catch (error) {
    throw placed(error, { image: path });
  }
}

async function unpackTo(chunks: AsyncIterable<Uint8Array>, options: UnpackOptions): Promise<UnpackedArchive> {
  let top: string | undefined;
  const remove = (): void => {
    if (top !== undefined) rmSync(top, { recursive: true, force: true });
  };
  options.onStart?.(remove);
  try {
    top = mkdtempSync(join(tmpdir(), 'crit-pipe.'));
    const directory = join(top, 'checkpoint');
    const files = new MemberFiles(new DirectoryWriter(directory), options.wanted ?? (() => true));
    const reader = new TarReader(files);
    for await (const chunk of chunks) reader.push(chunk);
    reader.end();
    return { directory, members: files.members, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Writes members as files. */
class MemberFiles implements TarHandler {
  readonly members: Unpacked[] = [];
  readonly #target: DirectoryWriter;
  readonly #wanted: (image: string) => boolean;
  #open: ImageSink | undefined;

  constructor(target: DirectoryWriter, wanted: (image: string) => boolean) {
    this.#target = target;
    this.#wanted = wanted;
  }

  member({ member }: ParsedHeader): void {
    this.#end();
    const image = imageOf(member.path);
    if (member.type === 'directory') this.#target.directory(image);
    else if (member.type === 'file') {
      this.members.push({ image, size: member.size });
      if (this.#wanted(image)) this.#open = this.#target.image(image);
    } else {
      const details = { magic: 'LINK', tar: describeMember(member) };
      this.#target.link(image, Buffer.from(member.target), details);
    }
  }

  data(bytes: Uint8Array): void {
    this.#open?.write(bytes);
  }

  padding(): void {}

  finish(): void {
    this.#end();
    this.#target.commit();
  }

  #end(): void {
    this.#open?.end();
    this.#open = undefined;
  }
}
