/** Where the bytes of the checkpoint are, as areas of a rectangle. */
import { hierarchy, treemap } from 'd3-hierarchy';
import { AREA_KINDS } from '../../../../inspect/areas.ts';
import type { Inspection } from '../../../../inspect/inspect.ts';
import { bytesText } from '../../../io/bytes-text.ts';
import { markup, type Markup } from './markup.ts';
import { anchorOf } from './processes.ts';

const WIDTH = 1000;
const HEIGHT = 420;
/** Processes that have a place of their own; the others are together. */
const MOST_PROCESSES = 60;
/** Text is put where it fits, in units of the drawing. */
const LETTER = 7;
const LINE = 16;

interface Part {
  readonly name: string;
  readonly kind: string;
  readonly size: number;
  readonly pid?: number;
  readonly children?: readonly Part[];
}

export function treemapSection(found: Inspection): Markup {
  const parts = partsOf(found);
  if (parts.length === 0) return markup``;
  const root = hierarchy<Part>(
    { name: '', kind: 'other', size: 0, children: parts },
    ({ children }) => children && [...children],
  );
  root.sum(({ size, children }) => (children ? 0 : size)).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Part>().size([WIDTH, HEIGHT]).paddingInner(1).paddingOuter(2)(root);
  return markup`<section id="sizes">
    <h2>Where the bytes are</h2>
    <p class="note">
      ${bytesText(found.sizes.total)} in all. Memory by process and kind, then images and files of the engine. Shared
      memory is drawn with the first who maps it.
    </p>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%" role="img" aria-label="sizes">
      ${laid.leaves().map(({ x0, y0, x1, y1, data }) => leaf(data, x0, y0, x1 - x0, y1 - y0))}
    </svg>
  </section>`;
}

function leaf({ name, kind, size, pid }: Part, x: number, y: number, width: number, height: number): Markup {
  const most = Math.floor((width - 6) / LETTER);
  const label = most < 4 || height < LINE ? '' : name.length > most ? `${name.slice(0, most - 1)}…` : name;
  const shape = markup`<g class="k-${kind}"
    ><title>${name}, ${bytesText(size)}</title>
    <rect
      class="leaf"
      x="${x.toFixed(1)}"
      y="${y.toFixed(1)}"
      width="${Math.max(0, width).toFixed(1)}"
      height="${Math.max(0, height).toFixed(1)}"
    />
    ${label === '' ? '' : markup`<text class="on" x="${(x + 4).toFixed(1)}" y="${(y + 13).toFixed(1)}">${label}</text>`}</g
  >`;
  return pid === undefined ? shape : markup`<a href="#${anchorOf(pid)}">${shape}</a>`;
}

function partsOf({ processes, sizes, pageSize }: Inspection): Part[] {
  const bySaved = processes.filter(({ space }) => space).sort((a, b) => b.pages.here - a.pages.here);
  const seen = new Set<string>();
  const parts = bySaved.slice(0, MOST_PROCESSES).map(({ pid, comm, space }): Part => {
    const children = AREA_KINDS.flatMap((kind): Part[] => {
      const pages = kind === 'shared' ? ownShared(space?.areas ?? [], seen) : (space?.byKind[kind] ?? 0);
      return pages === 0 ? [] : [{ name: `${pid} ${comm}: ${kind}`, kind, size: pages * pageSize, pid }];
    });
    return { name: comm, kind: 'other', size: 0, children };
  });
  const others = bySaved.slice(MOST_PROCESSES);
  const rest = others.reduce((sum, { pages }) => sum + pages.here * pageSize, 0);
  if (rest > 0) parts.push({ name: `${others.length} more processes`, kind: 'several', size: rest });
  const files = [
    ['images', sizes.images],
    ['GPU memory', sizes.gpu],
    ['rootfs diff', sizes.rootfsDiff],
    ['/dev/shm', sizes.sharedMemory],
    ['other files', sizes.other],
  ] as const;
  for (const [name, size] of files) if (size > 0) parts.push({ name, kind: 'other', size });
  return parts;
}

/** Shared memory that was not seen before, by its name and size: more is not told of an area. */
function ownShared(areas: NonNullable<Inspection['processes'][number]['space']>['areas'], seen: Set<string>): number {
  let pages = 0;
  for (const { kind, name, here, start } of areas) {
    if (kind !== 'shared' || here === 0) continue;
    const key = `${name} ${start} ${here}`;
    if (!seen.has(key)) pages += here;
    seen.add(key);
  }
  return pages;
}
