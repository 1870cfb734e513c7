/** The dumps of a chain that is to be redacted, and what of secrets lies across them. */
import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Checkpoint, type CheckpointFacts } from '../checkpoint/checkpoint.ts';
import { directorySource, openSource, type Source, type SourceOptions } from '../checkpoint/source.ts';
import { isStaging } from '../files/staging.ts';
import { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { findHalves } from './find-halves.ts';
import { Halves } from './halves.ts';
import type { Sought } from './scanner.ts';

/** Where a chain is, as it was before any of it was redacted. */
export interface ChainPaths {
  /** What is redacted: a dump, an archive, or a directory with several dumps. */
  readonly subject: string;
  /** The dumps before it, in the place of what its `parent` link leads to, and those behind it: the nearest first. */
  readonly parents?: readonly string[];
  readonly children?: readonly string[];
}

export interface ChainOptions extends CheckpointFacts, SourceOptions {}

/** What of secrets lies across dumps. */
export interface Chain {
  /** Parts in the images that are redacted, by their names among the lines. */
  readonly halves: Halves;
  /** Pages that are seen in what is redacted, and are in a dump that is not. */
  readonly pagesElsewhere: number;
  /** Parts of secrets in dumps that are not redacted now. */
  readonly halvesElsewhere: number;
}

/** Images that tell of memory. */
const HAS_MEMORY = /^(?:pagemap|mm)-\d+\.img$/;

/**
 * Searches all dumps of a chain as a restore sees them, each with those before it. Throws a CritError where one of them cannot be
 * read; pages of a parent that is not there are passed over.
 */
export async function readChain(
  { subject, parents = [], children = [] }: ChainPaths,
  sought: readonly Sought[],
  options: ChainOptions,
): Promise<Chain> {
  const facts: CheckpointFacts = { ...options, mayMissParent: true };
  const sources: Source[] = [];
  try {
    for (const path of [...children.toReversed(), subject, ...parents]) sources.push(await openSource(path, options));
    const own = sources[children.length];
    if (!own) throw new RangeError('no subject');
    const root = realpathSync(own.top);
    const halves = new Halves();
    const directories = new Map<string, string | undefined>();
    let pagesElsewhere = 0;
    let halvesElsewhere = 0;
    /** The name of an image among the lines; undefined for one of another dump. */
    const nameOf = (path: string): string | undefined => {
      const directory = dirname(path);
      if (!directories.has(directory)) directories.set(directory, within(root, realpathSync(directory)));
      const before = directories.get(directory);
      return before === undefined ? undefined : join(before, basename(path));
    };
    const isHere = (path: string): boolean => nameOf(path) !== undefined;
    for (const [index, source] of sources.slice(0, children.length + 1).entries()) {
      const others = sources.slice(index + 1);
      const views =
        index < children.length ? childViews(source, others, facts, isHere) : ownViews(source, others, facts);
      for (const view of views) {
        try {
          const memory = new CheckpointMemory(view);
          if (index === children.length) pagesElsewhere += elsewhere(memory, isHere);
          const search = findHalves(memory, sought, (path, half) => {
            const name = nameOf(path);
            if (name === undefined) halvesElsewhere++;
            else halves.add(name, half);
          });
          for (const _ of search);
        } finally {
          view.images.files.close();
        }
      }
    }
    return { halves, pagesElsewhere, halvesElsewhere };
  } finally {
    for (const source of sources) source.close();
  }
}

/** All dumps in what is redacted, each with those before it. */
function* ownViews(
  source: Source,
  parents: readonly Source[],
  facts: CheckpointFacts,
): Generator<Checkpoint, void, undefined> {
  if (parents.length > 0) yield new Checkpoint(source, parents, facts);
  else for (const path of dumpsIn(source.top)) yield new Checkpoint(directorySource(path), [], facts);
}

/** A dump behind what is redacted, and those between them that its links lead to. */
function* childViews(
  source: Source,
  before: readonly Source[],
  facts: CheckpointFacts,
  isHere: (path: string) => boolean,
): Generator<Checkpoint, void, undefined> {
  const child = new Checkpoint(source, [], facts);
  if (!child.images.hasParent) {
    yield new Checkpoint(source, before, facts);
    return;
  }
  const paths = [child.images.path];
  for (let { images } = child; images.isParentThere;) {
    images = images.parent;
    if (isHere(images.pathOf('pages-1.img'))) break;
    paths.push(images.path);
  }
  for (const path of paths) yield new Checkpoint(directorySource(path), [], facts);
}

/** Directories that hold memory, not through links. */
function* dumpsIn(directory: string): Generator<string, void, undefined> {
  const entries = readdirSync(directory, { withFileTypes: true });
  if (entries.some(({ name }) => HAS_MEMORY.test(name))) yield directory;
  for (const entry of entries)
    if (entry.isDirectory() && !isStaging(entry.name)) yield* dumpsIn(join(directory, entry.name));
}

/** Pages of a dump that are in another one, or in none that is there. */
function elsewhere({ processes, shared }: CheckpointMemory, isHere: (path: string) => boolean): number {
  let pages = 0;
  for (const store of [...processes, ...shared].map((each) => each.store)) {
    if (!store || store.pagemap.totals.inParent === 0) continue;
    pages += store.pagemap.totals.inParent;
    for (const { depth, count, path, stored } of store.extents(0, Infinity))
      if (depth > 0 && stored !== 'lazy' && isHere(path)) pages -= count;
  }
  return pages;
}

/** The way from a directory to one in it; undefined where it is not. */
function within(root: string, path: string): string | undefined {
  const way = relative(root, path);
  return way === '..' || way.startsWith('../') ? undefined : way;
}
