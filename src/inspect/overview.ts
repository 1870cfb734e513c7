/** What a checkpoint is, in one row: told by its members' names and sizes and a few small files, so that an archive is not unpacked. */
import type { ArchiveLimits } from '../container/archive-limits.ts';
import { posix } from 'node:path';
import { textOf } from '../checkpoint/text.ts';
import { MARKS, NESTED } from '../checkpoint/images-in.ts';
import { coreImage } from '../checkpoint/process.ts';
import { CritError } from '../error.ts';
import { readEntries } from '../files/read-entries.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { containerOf, type Container } from './container.ts';
import { criuVersionIn, criuVersionNoted } from './criu-version.ts';
import type { Criu } from './inspect.ts';
import { readSmallMembers, type SmallMembers } from './small-members.ts';
import { isGpuImage, sizesOf, type Sizes } from './sizes.ts';
import type { Unusual } from './unusual.ts';

export interface Overview {
  /** What the user named. */
  readonly path: string;
  readonly container?: Container;
  readonly criu: Criu;
  readonly isPreDump: boolean;
  /** How many there are; undefined where it is not known, as in a pre-dump of which only memory is there. */
  readonly processes?: number;
  readonly sizes: Sizes;
  /** What can be said without reading all images; crit-inspect of this one alone looks at them all. */
  readonly unusual: readonly Unusual[];
}

/** Files that an engine and CRIU write, and that are small. */
const WANTED = /^(?:config\.dump|spec\.dump|status|network\.status|dump\.log|inventory\.img|pstree\.img)$/;
/** Things of one kind that are named in a message. */
const MOST_NAMED = 5;

export interface OverviewOptions extends Pick<ArchiveLimits, 'maxWindow'> {
  readonly schema?: ImageSchema;
}

/** Looks at a directory or an archive; `-` is standard input. Throws a CritError where it is no checkpoint, or damaged. */
export async function overview(path: string, options: OverviewOptions = {}): Promise<Overview> {
  const { schema, maxWindow } = options;
  const members = await readSmallMembers(path, (image) => WANTED.test(posix.basename(image)), { maxWindow });
  const container = containerOf((name) => members.contents.get(name), members.annotations);
  const prefix = imagesPrefix(members);
  const sizes = sizesOf(members.files, prefix ?? '', members.archiveSize);
  if (prefix === undefined) {
    if (!container)
      throw new CritError('format', 'is no checkpoint: neither pstree.img nor checkpoint/pstree.img is there', {
        image: path,
      });
    const unusual = [{ kind: 'missing', message: 'no images' }];
    return { path, container, criu: { images: 0 }, isPreDump: false, sizes, unusual };
  }
  return { path, ...(container && { container }), sizes, ...ofImages(members, prefix, container?.annotations, schema) };
}

/** The directory of the images, with a slash behind it where it is not the top; undefined where there are none. */
function imagesPrefix({ files }: SmallMembers): string | undefined {
  const found = new Set<string>();
  for (const { image } of files) if (MARKS.test(posix.basename(image))) found.add(posix.dirname(image));
  const [only = '.', ...others] = new Set([...found].map((each) => each.split('/')[0] ?? '.'));
  const tops = others.length === 0 ? ['.', only] : ['.'];
  const directory = tops
    .flatMap((top) => [top, ...NESTED.map((name) => posix.join(top, name))])
    .find((each) => found.has(each));
  if (directory === undefined) return undefined;
  return directory === '.' ? '' : `${directory}/`;
}

function ofImages(
  members: SmallMembers,
  prefix: string,
  annotations: Container['annotations'],
  schema: ImageSchema | undefined,
): Pick<Overview, 'criu' | 'isPreDump' | 'processes' | 'unusual'> {
  const unusual: Unusual[] = [];
  const names = new Set<string>();
  for (const { image } of members.files)
    if (image.startsWith(prefix) && image.endsWith('.img')) names.add(image.slice(prefix.length));
  const entries = <M extends 'INVENTORY' | 'PSTREE'>(image: string, magic: M): EntryByMagic[M][] => {
    const bytes = members.contents.get(prefix + image);
    if (!bytes) return [];
    try {
      return [...readEntries(bytes, image, magic, schema)];
    } catch (error) {
      if (!(error instanceof CritError)) throw error;
      unusual.push({ kind: 'damaged', image, message: error.message });
      return [];
    }
  };
  const [inventory] = entries('inventory.img', 'INVENTORY');
  const tree = entries('pstree.img', 'PSTREE');
  const isPreDump = !names.has('pstree.img');
  const plugins = inventory?.plugins_entry?.plugins?.map(textOf) ?? [];
  const log = members.contents.get('dump.log') ?? members.contents.get(`${prefix}dump.log`);
  const version = (log && criuVersionIn(log)) ?? criuVersionNoted(annotations);
  if (!names.has('inventory.img')) unusual.push({ kind: 'missing', image: 'inventory.img', message: 'is not there' });
  const without = isPreDump ? [] : tree.filter(({ pid }) => !names.has(coreImage(pid)));
  for (const { pid } of without.slice(0, MOST_NAMED))
    unusual.push({ kind: 'missing', image: coreImage(pid), message: 'is not there' });
  if (without.length > MOST_NAMED)
    unusual.push({ kind: 'missing', message: `${without.length - MOST_NAMED} more core images` });
  if (members.others.has(`${prefix}parent`))
    unusual.push({ kind: 'parent', image: 'parent', message: 'has pages in the checkpoint before it' });
  for (const name of plugins)
    unusual.push({ kind: 'plugin', image: 'inventory.img', message: `a restore needs ${name}` });
  if ([...names].some(isGpuImage)) unusual.push({ kind: 'external', message: 'memory of a GPU' });
  return {
    criu: {
      ...(version !== undefined && { version }),
      ...(inventory && { imageVersion: inventory.img_version }),
      images: [...names].filter((image) => image.endsWith('.img')).length,
      ...(inventory?.compress && { compression: 'LZ4' }),
      ...(plugins.length > 0 && { plugins }),
    },
    isPreDump,
    ...(!isPreDump && { processes: tree.length }),
    unusual,
  };
}
