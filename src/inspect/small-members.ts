/** The few small files of a checkpoint that tell what it is, read in one pass: nothing is unpacked, memory is passed over. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveLimits } from '../container/archive-limits.ts';
import type { Container, ContainerSink, Member, MemberSink } from '../container/container.ts';
import { isImageLayout } from '../container/oci/is-image-layout.ts';
import { MemberList } from '../container/member-list.ts';
import { openContainer } from '../container/open-container.ts';
import type { Unpacked } from '../container/unpack.ts';
import { CritError, placed } from '../error.ts';
import { imageChunks } from '../files/read-entries.ts';
import { filesOf } from './files-of.ts';

/** Bytes of one of them that are held; larger ones are told of by their size alone. */
const SIZE_LIMIT = 16 * 1024 * 1024;
/** Bytes of all of them. Hostile archives have many of one name. */
const TOTAL_LIMIT = 48 * 1024 * 1024;

export interface SmallMembers {
  /** All files with their sizes, in the order of the container. */
  readonly files: Iterable<Unpacked>;
  /** Whether there is a link or a directory of a name, such as `parent`. */
  readonly others: ReadonlySet<string>;
  /** Contents of those that were wanted, by their names. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** Bytes of the archive as it is; undefined for a directory. */
  readonly archiveSize: number | undefined;
  /** What is said of it as an OCI image. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Reads a directory or an archive. Throws a CritError where it is neither, or damaged. */
export async function readSmallMembers(
  path: string,
  wanted: (image: string) => boolean,
  limits: Pick<ArchiveLimits, 'maxWindow'>,
): Promise<SmallMembers> {
  let container: Container | undefined;
  try {
    if (path !== '-' && statSync(path).isDirectory() && !isImageLayout(path)) return smallFilesIn(path, wanted);
    container = await openContainer(path, limits);
    if (container.kind === 'file')
      throw new CritError('format', 'neither a directory of images nor an archive of one (tar, gzip, zstd)');
    const { files, others, contents } = await smallFilesOf(container, wanted);
    const archiveSize = path === '-' ? undefined : statSync(path).size;
    return { files, others, contents, archiveSize, annotations: container.annotations ?? {} };
  } catch (error) {
    throw placed(error, { image: path });
  } finally {
    await container?.close();
  }
}

/** Of a directory, an image that is a symbolic link counts as the file that it leads to. */
function smallFilesIn(directory: string, wanted: (image: string) => boolean): SmallMembers {
  const files = filesOf(directory);
  const found = new SmallFiles(wanted);
  for (const { image, size } of files) {
    const file = found.begin({ image, type: 'file', size });
    if (!file) continue;
    for (const chunk of imageChunks(join(directory, image), image)) file.write(chunk);
    file.end();
  }
  const isParent = (image: string): boolean => image === 'parent' || image.endsWith('/parent');
  const others = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(isParent);
  return { files, others: new Set(others), contents: found.contents, archiveSize: undefined, annotations: {} };
}

async function smallFilesOf(container: Container, wanted: (image: string) => boolean): Promise<SmallFiles> {
  const found = new SmallFiles(wanted);
  for await (const _ of container.read(found));
  return found;
}

class SmallFiles implements ContainerSink {
  readonly files: MemberList = new MemberList();
  readonly others = new Set<string>();
  readonly contents = new Map<string, Buffer>();
  readonly #wanted: (image: string) => boolean;
  #total = 0;

  constructor(wanted: (image: string) => boolean) {
    this.#wanted = wanted;
  }

  wants(): boolean {
    return true;
  }

  begin({ image, type, size }: Member): MemberSink | undefined {
    if (type !== 'file') {
      this.others.add(image);
      return undefined;
    }
    if (size !== undefined) this.files.add(image, size);
    const isWanted = this.#wanted(image);
    // A stream does not tell sizes before.
    if (size !== undefined && (!isWanted || size > SIZE_LIMIT)) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    return {
      write: (bytes) => {
        length += bytes.length;
        if (!isWanted || length > SIZE_LIMIT) return;
        this.#total += bytes.length;
        if (this.#total > TOTAL_LIMIT)
          throw new CritError('limit', `more than ${TOTAL_LIMIT >> 20} MiB of files that tell of the checkpoint`);
        chunks.push(Buffer.from(bytes));
      },
      end: () => {
        if (size === undefined) this.files.add(image, length);
        if (isWanted && length <= SIZE_LIMIT) this.contents.set(image, Buffer.concat(chunks));
      },
    };
  }

  fail(error: unknown): void {
    throw error;
  }
}
