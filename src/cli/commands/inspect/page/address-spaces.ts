/** Each address space as a bar of its areas, in the order of their addresses. */
import { AREA_KINDS, type Area } from '../../../../inspect/areas.ts';
import type { InspectedProcess } from '../../../../inspect/inspect-process.ts';
import { PAGE_CLASSES, sumOf } from '../../../../memory/page-class.ts';
import { formatAddress } from '../../../../checkpoint/vma.ts';
import { bytesText } from '../../../io/bytes-text.ts';
import { markup, type Markup } from './markup.ts';
import { anchorOf } from './processes.ts';

const WIDTH = 1000;
const HEIGHT = 26;
/** Where the fill tells the content, the kind is told above it. */
const STRIP = 5;
/** Bars that are drawn: those of the processes with most saved. */
const MOST_BARS = 100;

export function addressSpacesSection(processes: readonly InspectedProcess[], pageSize: number): Markup {
  const all = processes.filter(({ space }) => space && space.areas.length > 0);
  const bySaved = [...all].sort((a, b) => b.pages.here - a.pages.here).slice(0, MOST_BARS);
  const chosen = new Set(bySaved);
  const rest = all.length - chosen.size;
  const hasContent = all.some(({ space }) => space?.content);
  if (all.length === 0) return markup``;
  return markup`<section id="memory">
    <h2>Address spaces</h2>
    <p class="note">
      Each bar has the areas of a process in the order of their addresses. Its width grows with the logarithm of its
      size; what is filled is saved here, weaker what is in a parent, striped what is lazy. The rest is of files, zero,
      or not there.${hasContent ? ' The line above is what an area is for, the fill what its saved pages look like.' : ''}
    </p>
    <p class="legend">
      ${hasContent ? markup`<b>area</b>` : ''}${AREA_KINDS.map((kind) => markup`<span class="k-${kind}">${kind}</span>`)}<span
        class="k-several"
        >several</span
      >
    </p>
    ${hasContent ? contentLegend(all, pageSize) : ''}
    <svg width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="lazy" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="6" class="solid k-kernel" />
        </pattern>
      </defs>
    </svg>
    ${all.filter((each) => chosen.has(each)).map((process) => bar(process, pageSize))}
    ${rest > 0 ? markup`<p class="note">${rest} processes with less are not drawn.</p>` : ''}
  </section>`;
}

/** What the pages of all processes look like; those that several map are counted with each. */
function contentLegend(processes: readonly InspectedProcess[], pageSize: number): Markup {
  let total = { zero: 0, text: 0, code: 0, random: 0, other: 0 };
  for (const { space } of processes) if (space?.content) total = sumOf(total, space.content);
  return markup`<p class="legend">
    <b>pages</b>${PAGE_CLASSES.map(
      (each) => markup`<span class="c-${each}">${each} ${bytesText(total[each] * pageSize)}</span>`,
    )}
  </p>`;
}

function bar({ pid, comm, pages, space }: InspectedProcess, pageSize: number): Markup {
  const areas = space?.areas ?? [];
  const weights = areas.map(({ pages: all }) => Math.log2(all + 1) + 1);
  const scale = WIDTH / weights.reduce((sum, each) => sum + each, 0);
  let x = 0;
  const drawn = areas.map((area, i) => {
    const width = (weights[i] ?? 0) * scale;
    const from = x;
    x += width;
    return areaRect(area, from, width, pageSize);
  });
  return markup`<div class="row">
    <a href="#${anchorOf(pid)}" title="${comm}"
      >${pid} ${comm} <span class="dim">${bytesText(pages.here * pageSize)}</span></a
    >
    <svg
      class="bar"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="address space of ${pid}"
    >
      ${drawn}
    </svg>
  </div>`;
}

function areaRect(
  { kind, name, prot, start, end, count, pages, here, inParent, lazy, content }: Area,
  x: number,
  width: number,
  pageSize: number,
): Markup {
  const top = content ? STRIP : 0;
  const part = (count_: number): number => (pages === 0 ? 0 : Math.min(1, count_ / pages)) * (HEIGHT - top);
  const saved = content
    ? PAGE_CLASSES.map((each) => [`c-${each}`, each, content[each]] as const)
    : [['saved', 'saved', here] as const];
  const parts = [...saved, ['parent', 'in parent', inParent] as const, ['lazy', 'lazy', lazy] as const].filter(
    ([, , some]) => some > 0,
  );
  let bottom = HEIGHT;
  const fills = parts.map(([look, , some]) => {
    // What is there at all can be seen.
    const height = Math.max(2, part(some));
    const behind = bottom;
    bottom = Math.max(top, bottom - height);
    return markup`<rect
      class="${look}"
      x="${fixed(x)}"
      y="${fixed(bottom)}"
      width="${fixed(width)}"
      height="${fixed(behind - bottom)}"
    />`;
  });
  const what = count > 1 ? `${count} areas` : `${name} ${prot}`;
  const sizes = parts.map(([, told, some]) => `${bytesText(some * pageSize)} ${told}`);
  const title = [what, `${formatAddress(start)}-${formatAddress(end)}`, bytesText(pages * pageSize), ...sizes].join(
    '\n',
  );
  return markup`<g class="k-${kind ?? 'several'}${content ? ' content' : ''}"
    ><title>${title}</title
    ><rect
      class="frame"
      x="${fixed(x)}"
      y="0"
      width="${fixed(Math.max(0.5, width - 0.6))}"
      height="${HEIGHT}"
    />${content ? markup`<rect class="solid" x="${fixed(x)}" y="0" width="${fixed(Math.max(0.5, width - 0.6))}" height="${STRIP - 1.5}" />` : ''}${fills}</g
  >`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
