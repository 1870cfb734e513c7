import { message } from './protobuf.ts';

const PAGE = 4096;
const START = 0x7f0000000000;
const PRESENT = 4;

/** A run of pages that were saved. */
export interface Run {
  vaddr: number;
  pages: number;
}

/** That many runs of 1 to 8 pages. */
export function* runs(count: number): Generator<Run> {
  let vaddr = START;
  for (let i = 0; i < count; i++) {
    const pages = 1 + (i % 8);
    yield { vaddr, pages };
    vaddr += pages * PAGE + PAGE;
  }
}

/** Runs of 1 to 8 pages that hold that many pages in all. */
export function* runsOf(pages: number): Generator<Run> {
  let left = pages;
  for (const run of runs(pages)) {
    if (left === 0) return;
    const taken = Math.min(left, run.pages);
    yield { vaddr: run.vaddr, pages: taken };
    left -= taken;
  }
}

/** The entries of a pagemap image as CRIU 4.2 writes them: the head, then the runs. */
export function* pagemap(list: Iterable<Run>): Generator<Uint8Array> {
  yield message([[1, 1]]);
  for (const { vaddr, pages } of list) {
    yield message([
      [1, vaddr],
      [2, 0],
      [4, PRESENT],
      [5, pages],
    ]);
  }
}

/** How the lines differ from the image: change() gives the JSON of a run's entry, '' to leave it out. */
export interface LineChanges {
  head?: boolean;
  change?: (run: Run, json: string) => string;
}

/** The lines of the same image, as crit-cat, crit-filter and crit-map should print them. */
export function* pagemapLines(name: string, list: Iterable<Run>, changes: LineChanges = {}): Generator<string> {
  const { head = true, change = (_, json) => json } = changes;
  const line = (key: string, json: string): string => `{"image":"${name}","magic":"PAGEMAP","${key}":${json}}\n`;
  yield line('begin', '{}');
  if (head) yield line('entry', '{"pages_id":1}');
  for (const run of list) {
    const json = `{"vaddr":${run.vaddr},"compat_nr_pages":0,"flags":${PRESENT},"nr_pages":${run.pages}}`;
    const changed = change(run, json);
    if (changed !== '') yield line('entry', changed);
  }
  yield line('end', '{}');
}
