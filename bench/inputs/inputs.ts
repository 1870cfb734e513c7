import { execFileSync } from 'node:child_process';
import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../tools.ts';
import { checkpoint, checkpointOf, processOne } from './checkpoint.ts';
import { image, MAGIC } from './image.ts';
import { input, writeDirectory, writeFile, writeSparseFile, type Input } from './input.ts';
import { pagemap, pagemapLines, runs } from './pagemap.ts';
import { noise, pages as contents, withNeedle } from './pages.ts';

const MIB = 1 << 20;
/** Where the memory is that is searched. */
const MEMORY = 0x7f0000000000;

/** How large the inputs are. */
export interface Size {
  entries: number;
  pages: number;
  sparse: number;
}

export const FULL: Size = { entries: 1_000_000, pages: (1024 * MIB) / 4096, sparse: 4096 * MIB };
export const QUICK: Size = { entries: 100_000, pages: (64 * MIB) / 4096, sparse: 512 * MIB };

/** What the rows read, and where they write. */
export interface Inputs {
  /** An image of pagemap entries. */
  entries: Input;
  /** Its lines, those whose nr_pages is above 4, and those with flags set to 6. */
  lines: Input;
  keptLines: Input;
  changedLines: Input;
  /** The same image as CRIT's JSON. */
  critJson: Input;
  /** A checkpoint directory whose memory is random, text and zero pages. */
  checkpoint: Input;
  /** The same once more, in files of its own. */
  copy: Input;
  /** The checkpoint directory as an archive, plain and compressed by zstd. */
  archive: Input;
  archiveZstd: Input;
  /** A pages image of holes, with 64 KiB of random bytes at the start of every 64 MiB. */
  sparse: Input;
  /** A checkpoint whose memory is one run of pages, with a needle in the last one; the same with a hole behind each page. */
  whole: Input;
  pieces: Input;
  /** An image of one entry, and lines that make one. */
  small: Input;
  smallLines: Input;
  /** Path of this process alone that outputs go to; what is there is removed after each run. */
  output: string;
}

/** The inputs of that size in a directory. */
export function inputsIn(directory: string, size: Size): Inputs {
  const at = (name: string): string => join(directory, name);
  const list = (): ReturnType<typeof runs> => runs(size.entries);
  const name = 'pagemap-1.img';
  const entries = input(at(`entries/${name}`), (path) => writeFile(path, image(MAGIC.pagemap, pagemap(list()))));
  const whole = input(at('whole'), (path) =>
    writeDirectory(path, {
      ...checkpointOf([{ vaddr: MEMORY, pages: size.pages }]),
      'pages-1.img': withNeedle(contents(size.pages)),
    }),
  );
  const memory = input(at('checkpoint'), (path) => writeDirectory(path, checkpoint(size.pages)));
  const archive = input(at('archive/checkpoint.tar'), (path) => {
    memory.make();
    execFileSync('tar', ['-C', directory, '-cf', path, 'checkpoint']);
  });
  return {
    entries,
    lines: input(at('lines/all'), (path) => writeFile(path, pagemapLines(name, list()))),
    keptLines: input(at('lines/kept'), (path) =>
      writeFile(
        path,
        pagemapLines(name, list(), { head: false, change: ({ pages }, json) => (pages > 4 ? json : '') }),
      ),
    ),
    changedLines: input(at('lines/changed'), (path) =>
      writeFile(path, pagemapLines(name, list(), { change: (_, json) => json.replace('"flags":4', '"flags":6') })),
    ),
    critJson: input(at('crit.json'), (path) => {
      entries.make();
      execFileSync(findTool('crit') ?? 'crit', ['decode', '-i', entries.path, '-o', path]);
    }),
    checkpoint: memory,
    copy: input(at('copy'), (path) => writeDirectory(path, checkpoint(size.pages))),
    archive,
    archiveZstd: input(at('archive/checkpoint.tar.zst'), (path) => {
      archive.make();
      execFileSync(findTool('zstd') ?? 'zstd', ['-q', archive.path, '-o', path]);
    }),
    sparse: input(at('sparse/pages-1.img'), (path) => writeSparseFile(path, size.sparse, 64 * MIB, noise(65536))),
    whole,
    pieces: input(at('pieces'), (path) => {
      whole.make();
      writeDirectory(
        path,
        checkpointOf(Array.from({ length: size.pages }, (_, i) => ({ vaddr: MEMORY + i * 8192, pages: 1 }))),
      );
      linkSync(join(whole.path, 'pages-1.img'), join(path, 'pages-1.img'));
    }),
    small: input(at('small/pstree.img'), (path) => writeFile(path, image(MAGIC.pstree, [processOne()]))),
    smallLines: input(at('small/lines'), (path) => writeFile(path, pagemapLines(name, runs(1)))),
    output: at(`output-${process.pid}`),
  };
}
