import { image, MAGIC } from './image.ts';
import { pagemap, runsOf, type Run } from './pagemap.ts';
import { pages } from './pages.ts';
import { message, type Field } from './protobuf.ts';

const PAGE = 4096;
const PRIVATE_ANONYMOUS = 0x22;
const READ_WRITE = 3;
const REGULAR_PRIVATE = 0x201;

/** The files of a checkpoint of one process with that many pages of memory. */
export function checkpoint(count: number): Record<string, Iterable<Uint8Array>> {
  return { ...checkpointOf([...runsOf(count)]), 'pages-1.img': pages(count) };
}

/** The same for memory in any runs, without the contents. */
export function checkpointOf(runs: readonly Run[]): Record<string, Iterable<Uint8Array>> {
  return {
    'inventory.img': image(MAGIC.inventory, [
      message([
        [1, 2],
        [2, 1],
      ]),
    ]),
    'core-1.img': image(MAGIC.core, [thread()]),
    'mm-1.img': image(MAGIC.mm, [memory(runs)]),
    'pagemap-1.img': image(MAGIC.pagemap, pagemap(runs)),
    'pstree.img': image(MAGIC.pstree, [processOne()]),
  };
}

/** The entry of process 1 in pstree.img. */
export function processOne(): Uint8Array {
  return message([
    [1, 1],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 1],
  ]);
}

/** The entry of core-1.img: a thread of x86_64, all of whose registers are zero. */
function thread(): Uint8Array {
  const zeros = (count: number): Field[] => Array.from({ length: count }, (_, i) => [i + 1, 0]);
  const registers = message([
    [1, 0],
    [2, message(zeros(27))],
    [3, message(zeros(8))],
  ]);
  const task = message([
    [1, 1],
    [2, 0],
    [3, 0],
    [4, 0],
    [5, 0],
    [6, Buffer.from('bench')],
  ]);
  return message([
    [1, 1],
    [2, registers],
    [3, task],
  ]);
}

/** The entry of mm-1.img: one memory area that covers the runs. */
function memory(runs: readonly Run[]): Uint8Array {
  const [first, last] = [runs[0], runs.at(-1)];
  const start = first?.vaddr ?? 0;
  const end = last === undefined ? 0 : last.vaddr + last.pages * PAGE;
  const area = message([
    [1, start],
    [2, end],
    [3, 0],
    [4, 0],
    [5, READ_WRITE],
    [6, PRIVATE_ANONYMOUS],
    [7, REGULAR_PRIVATE],
    [8, 1], // the sint64 -1: no file
  ]);
  const addresses = Array.from({ length: 11 }, (_, i) => [i + 1, start] as const);
  return message([...addresses, [12, 0], [14, area]]);
}
