/** Checkpoints that are large in one way each. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkpoint, checkpointOf, processOne } from './checkpoint.ts';
import { image, MAGIC } from './image.ts';
import { input, writeDirectory, writeFile, type Input } from './input.ts';
import { runs } from './pagemap.ts';
import { message, type Field } from './protobuf.ts';

export interface LargeSize {
  readonly pages: number;
  readonly entries: number;
  readonly processes: number;
  readonly members: number;
  readonly vmas: number;
}

export interface LargeInputs {
  /** Directories: of so many pages, of so many pagemap entries without pages, of so many processes, of one process with so many VMAs. */
  readonly pages: Input;
  readonly entries: Input;
  readonly processes: Input;
  readonly vmas: Input;
  /** A tar archive of a checkpoint of one process, and of so many other files beside its images. */
  readonly members: Input;
}

const START = 0x7f0000000000;
const STATISTICS = fileURLToPath(new URL('../../test/fixtures/real/simple/stats-dump', import.meta.url));

export function largeInputs(directory: string, size: LargeSize): LargeInputs {
  const at = (name: string, count: number): string => join(directory, `${name}-${count}`);
  return {
    pages: input(at('pages', size.pages), (path) => writeDirectory(path, checkpoint(size.pages))),
    entries: input(at('entries', size.entries), (path) =>
      writeDirectory(path, {
        ...checkpointOf([{ vaddr: START, pages: 1 }]),
        'pagemap-1.img': image(MAGIC.pagemap, pagemapOf(size.entries)),
      }),
    ),
    processes: input(at('processes', size.processes), (path) => writeProcesses(path, size.processes)),
    vmas: input(at('vmas', size.vmas), (path) =>
      writeDirectory(path, {
        ...checkpointOf([{ vaddr: START, pages: 1 }]),
        'mm-1.img': image(MAGIC.mm, [manyVmas(size.vmas)]),
        'pages-1.img': [Buffer.alloc(4096, 'x')],
      }),
    ),
    members: input(`${at('checkpoint-members', size.members)}.tar`, (path) => writeArchive(path, size.members)),
  };
}

function* pagemapOf(count: number): Generator<Uint8Array, void, undefined> {
  yield message([[1, 1]]);
  for (const { vaddr, pages } of runs(count)) {
    yield message([
      [1, vaddr],
      [2, 0],
      [4, 4],
      [5, pages],
    ]);
  }
}

/** All of them children of the first. */
function writeProcesses(path: string, count: number): void {
  const files = Object.entries(checkpointOf([{ vaddr: START, pages: 1 }])).map(
    ([name, pieces]): [string, Uint8Array] => [name, Buffer.concat([...pieces])],
  );
  const own = files.filter(([name]) => /^(?:core|mm|pagemap)-1\.img$/.test(name));
  const shared = files.filter(([name]) => name === 'inventory.img').map(([name, bytes]) => [name, [bytes]]);
  const pids = Array.from({ length: count - 1 }, (_, index) => index + 2);
  const tree = pids.map((pid) =>
    message([
      [1, pid],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, pid],
    ]),
  );
  writeDirectory(path, {
    ...Object.fromEntries(shared),
    'pstree.img': image(MAGIC.pstree, [processOne(), ...tree]),
    'pages-1.img': [Buffer.alloc(4096, 'x')],
  });
  for (const pid of [1, ...pids])
    for (const [name, bytes] of own) writeFile(join(path, name.replace('1', String(pid))), [bytes]);
}

function manyVmas(count: number): Uint8Array {
  const vma = (start: number): Uint8Array =>
    message([
      [
        14,
        message([
          [1, start],
          [2, start + 4096],
          [3, 0],
          [4, 0],
          [5, 3],
          [6, 0x22],
          [7, 0x201],
          [8, 1],
        ]),
      ],
    ]);
  const numbers = message(Array.from({ length: 12 }, (_, index): Field => [index + 1, index + 1]));
  return Buffer.concat([numbers, ...Array.from({ length: count }, (_, index) => vma(START + index * 8192))]);
}

function writeArchive(path: string, count: number): void {
  const directory = `${path}.files`;
  writeDirectory(directory, {
    ...checkpointOf([{ vaddr: START, pages: 1 }]),
    'pages-1.img': [Buffer.alloc(4096, 'x')],
  });
  copyFileSync(STATISTICS, join(directory, 'stats-dump'));
  execFileSync('sh', ['-c', `seq -f 'file-%.0f' 1 ${count} | xargs touch`], { cwd: directory });
  execFileSync('tar', ['-C', directory, '-cf', path, '.']);
  rmSync(directory, { recursive: true });
}
