/** What the images of a checkpoint speak of and none of them has, as far as that can be known without CRIU. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { shell } from './shell.ts';

const PAGE = 4096;
const PRESENT = 4;

/** The entries of each image, by its name. */
type Images = ReadonlyMap<string, readonly unknown[]>;

/** One sentence for each thing that is missing in a folder of images. */
export async function missingFrom(folder: string): Promise<string[]> {
  const images = await entriesOf(folder);
  return [...missingFiles(images), ...missingImages(images), ...missingPages(images, folder)];
}

async function entriesOf(folder: string): Promise<Images> {
  const images = new Map<string, unknown[]>();
  const chosen = 'PSTREE,CORE,FDINFO,FILES,IDS,MM,FS,PAGEMAP';
  for (const json of (await shell(folder, `crit-cat -m ${chosen} .`)).split('\n')) {
    const line: unknown = json === '' ? undefined : JSON.parse(json);
    const entry = get(line, 'entry');
    if (entry === undefined) continue;
    const name = text(line, 'image');
    images.set(name, [...(images.get(name) ?? []), entry]);
  }
  return images;
}

/** Descriptors whose file is in no image. */
function missingFiles(images: Images): string[] {
  const files = new Set((images.get('files.img') ?? []).map((entry) => text(entry, 'id')));
  return [...images]
    .filter(([name]) => name.startsWith('fdinfo-'))
    .flatMap(([name, entries]) =>
      entries
        .filter((entry) => !files.has(text(entry, 'id')))
        .map(
          (entry) =>
            `${name}: descriptor ${text(entry, 'fd')} is file ${text(entry, 'id')}, which files.img does not have`,
        ),
    );
}

/** Processes without the images that each has; a zombie has a core image alone. */
function missingImages(images: Images): string[] {
  return (images.get('pstree.img') ?? []).flatMap((process) => {
    const pid = text(process, 'pid');
    const core = images.get(`core-${pid}.img`)?.[0];
    if (core === undefined) return [`core-${pid}.img has no entry for process ${pid}`];
    const state = get(get(core, 'tc'), 'task_state');
    const others = state === 1 || state === 3 ? ['ids', 'mm', 'fs', 'pagemap'] : [];
    return others
      .filter((kind) => !images.has(`${kind}-${pid}.img`))
      .map((kind) => `${kind}-${pid}.img has no entry for process ${pid}`);
  });
}

/** Pages images that are shorter than their pagemaps say. */
function missingPages(images: Images, folder: string): string[] {
  return [...images]
    .filter(([name]) => name.startsWith('pagemap-'))
    .flatMap(([name, [head, ...runs]]) => {
      const pages = `pages-${text(head, 'pages_id')}.img`;
      const wanted = runs.map(presentPages).reduce((sum, count) => sum + count, 0) * PAGE;
      const size = statSync(join(folder, pages)).size;
      return size < wanted ? [`${pages} has ${size} of the ${wanted} bytes that ${name} speaks of`] : [];
    });
}

function presentPages(run: unknown): number {
  const isPresent = (Number(get(run, 'flags') ?? PRESENT) & PRESENT) !== 0;
  return isPresent ? Number(get(run, 'nr_pages') ?? get(run, 'compat_nr_pages')) : 0;
}

/** A number or string of an object as text, to be named or compared. */
function text(value: unknown, key: string): string {
  const part = get(value, key);
  return typeof part === 'number' || typeof part === 'string' ? `${part}` : '';
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
