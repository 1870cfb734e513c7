import { countPages, type VmaPages } from '../../../checkpoint/count-pages.ts';
import { Pagemap, type PageRun } from '../../../checkpoint/pagemap.ts';
import type { Process } from '../../../checkpoint/process.ts';
import { addressOf } from '../../../checkpoint/vma.ts';
import { SharedNumbers, shownName, type NamedVma } from './crit-names.ts';
import { namedVmas, valueOf, wideHex } from './mems.ts';
import type { View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly pageSize: number;
  readonly vmas: () => Iterator<NamedVma> & Iterable<NamedVma>;
  /** Read again each time: there may be millions of them. */
  readonly saved: () => Iterator<PageRun> & Iterable<PageRun>;
}

/** Saved pages beside the areas that they belong to. */
export const rss: View<Part> = {
  *parts(checkpoint) {
    const numbers = new SharedNumbers();
    const { images } = checkpoint;
    for (const process of checkpoint.processes) {
      const image = `pagemap-${process.pid}.img`;
      const { pageSize } = checkpoint;
      const isSaved = !process.isGone && images.has(image);
      yield {
        process,
        pageSize,
        vmas: () => namedVmas(checkpoint, process, numbers),
        saved: () => (isSaved ? new Pagemap(images, image, pageSize).runs(0, Infinity) : none()),
      };
    }
  },
  *text({ process, vmas, pageSize, saved }) {
    yield String(process.pid);
    const rest = vmas();
    let next = rest.next();
    /** The last one that was shown, whose pages may go on. */
    let shown: NamedVma | undefined;
    for (const { page, count } of saved()) {
      const end = page + count;
      let text = `\t${addressOf(page, pageSize).toString(16)} / ${String(count).padEnd(8)}`.padEnd(24);
      if (shown && shown.vma.endPage > page && shown.vma.page < end) text += ` ~\n\t${' '.repeat(23)}`;
      for (; next.done !== true && next.value.vma.page < end; next = rest.next()) {
        if (next.value.vma.endPage <= page) continue;
        shown = next.value;
        text += `${vmaText(shown)}\n\t${' '.repeat(23)}`;
      }
      yield text;
    }
  },
  value({ process: { pid, comm }, vmas, pageSize, saved }) {
    return {
      pid,
      comm,
      page_size: pageSize,
      areas: Array.from(
        countPages(vmas(), ({ vma }) => vma, saved()),
        pageValue,
      ),
    };
  },
  *rows({ process: { pid }, vmas, saved }) {
    for (const counted of countPages(vmas(), ({ vma }) => vma, saved())) yield { pid, ...pageValue(counted) };
  },
};

function* none(): Generator<PageRun, void, undefined> {}

function vmaText({ vma: { start, page, endPage }, file }: NamedVma): string {
  const pages = String(endPage - page).padEnd(8);
  return ` ${wideHex(start)} / ${pages}${file === undefined ? '' : ` ${shownName(file)}`}`;
}

function pageValue({ vma, present, inParent, lazy }: VmaPages<NamedVma>): object {
  return { ...valueOf(vma), pages: vma.vma.endPage - vma.vma.page, present, in_parent: inParent, lazy };
}
