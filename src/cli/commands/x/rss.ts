import { SharedNumbers, readAreas, readMm, type Area } from '../../../checkpoint/areas.ts';
import { isGone, type Process } from '../../../checkpoint/processes.ts';
import { countPages } from '../../../checkpoint/resident.ts';
import { readSavedPages, type SavedPages } from '../../../checkpoint/saved-pages.ts';
import { pageSizeOf } from '../../../memory/checkpoint-memory.ts';
import { valueOf, wideHex } from './mems.ts';
import type { View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly areas: readonly Area[];
  readonly pageSize: number;
  /** Read again each time: there may be millions of them. */
  readonly saved: () => Iterable<SavedPages>;
}

/** Saved pages beside the areas that they belong to. */
export const rss: View<Part> = {
  *parts({ directory, files, processes }, { pageSize }) {
    const numbers = new SharedNumbers();
    for (const process of processes) {
      const { pid } = process;
      const mm = isGone(process) ? undefined : readMm(directory, pid);
      const isSaved = mm !== undefined && directory.has(`pagemap-${pid}.img`);
      yield {
        process,
        areas: mm ? [...readAreas(directory, files, numbers, pid, mm)] : [],
        pageSize: pageSize ?? pageSizeOf([mm]),
        saved: () => (isSaved ? readSavedPages(directory, pid) : []),
      };
    }
  },
  *text({ process, areas, pageSize, saved }, show) {
    yield String(process.pid);
    const unit = BigInt(pageSize);
    let first = 0;
    let shown = -1;
    for (const { start, pages } of saved()) {
      while (first < areas.length && (areas[first]?.end ?? 0n) <= start) first++;
      const end = start + pages * unit;
      let text = `\t${start.toString(16)} / ${String(pages).padEnd(8)}`.padEnd(24);
      for (; (areas[first]?.start ?? end) < end; first++) {
        const area = areas[first];
        if (area) text += `${first === shown ? ' ~' : areaText(area, unit, show)}\n\t${' '.repeat(23)}`;
        shown = first;
      }
      // The last of them may have more pages.
      first--;
      yield text;
    }
  },
  value({ process: { pid, comm }, areas, pageSize, saved }) {
    return { pid, comm, page_size: pageSize, areas: [...pageValues(areas, saved(), pageSize)] };
  },
  *rows({ process: { pid }, areas, pageSize, saved }) {
    for (const each of pageValues(areas, saved(), pageSize)) yield { pid, ...each };
  },
};

function areaText({ start, end, file }: Area, unit: bigint, show: (name: string) => string): string {
  const pages = String((end - start) / unit).padEnd(8);
  return ` ${wideHex(start)} / ${pages}${file === undefined ? '' : ` ${show(file)}`}`;
}

function* pageValues(areas: readonly Area[], saved: Iterable<SavedPages>, pageSize: number): Generator<object> {
  for (const { area, size, present, inParent, lazy } of countPages(areas, saved, pageSize)) {
    yield {
      ...valueOf(area),
      pages: Number(size),
      present: Number(present),
      in_parent: Number(inParent),
      lazy: Number(lazy),
    };
  }
}
