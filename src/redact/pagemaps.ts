/** What pagemaps that came before say of pages images: where addresses follow one another, and how contents are stored. */
import { ALIGNED, IN_PARENT, LAZY, PRESENT } from '../checkpoint/pagemap-entry.ts';
import { isObject } from '../codec/json.ts';
import { CritError } from '../error.ts';

/** Pages of a pages image whose addresses follow one another. */
export interface Run {
  readonly address: number;
  readonly pages: number;
  /** Where they begin in the pages image, in pages, where none is compressed. */
  readonly first: number;
  /** Whether its stored bytes begin at a whole page. */
  readonly isAligned: boolean;
  /** Stored bytes of each block, and its pages, where they are compressed. */
  readonly blocks: { readonly sizes: readonly number[]; readonly pagesPerBlock: number } | undefined;
}

/** What is known of one pages image. */
export interface PagesFacts {
  /** The image that told it. */
  readonly pagemap: string;
  readonly runs: Run[];
  pages: number;
  isCompressed: boolean;
  /** Whether all of it was told. */
  isComplete: boolean;
}

/** Runs, and blocks in them, that are kept for pages images that have not come. */
const MOST_KEPT = 1_000_000;
const SMALLEST_PAGE = 4096;

export class Pagemaps {
  /** By the names of pages images. */
  readonly #facts = new Map<string, PagesFacts>();
  readonly #byPagemap = new Map<string, { readonly pages: string; readonly facts: PagesFacts }>();
  /** Pages images that came before all of their pagemap. */
  readonly #passed = new Set<string>();
  #kept = 0;
  /** Pages that are elsewhere. */
  lazy = 0;
  inParent = 0;

  /** Takes the next entry, in the plain form. Gives whether it is another one for pages that are no longer compressed. */
  entry(image: string, entry: Record<string, unknown>, pageSize: number = SMALLEST_PAGE): boolean {
    const { pages_id, vaddr, nr_pages, compat_nr_pages, flags, in_parent, blocks } = entry;
    if (vaddr === undefined) {
      const pages = `${image.slice(0, image.lastIndexOf('/') + 1)}pages-${Number(pages_id)}.img`;
      const facts: PagesFacts = { pagemap: image, runs: [], pages: 0, isCompressed: false, isComplete: false };
      this.#facts.set(pages, facts);
      this.#byPagemap.set(image, { pages, facts });
      return false;
    }
    const known = this.#byPagemap.get(image);
    if (!known) throw new CritError('sequence', 'an entry before the one that names the pages image');
    const { facts, pages } = known;
    const bits = flags === undefined ? (in_parent === true ? IN_PARENT : PRESENT) : Number(flags);
    const count = Number(nr_pages ?? compat_nr_pages ?? 0);
    if ((bits & PRESENT) === 0) {
      if (in_parent === true || (bits & IN_PARENT) !== 0) this.inParent += count;
      else if ((bits & LAZY) !== 0) this.lazy += count;
      return false;
    }
    const stored = isObject(blocks) ? blocksOf(blocks) : undefined;
    if (stored) {
      facts.isCompressed = true;
      this.#check(pages, facts);
    }
    this.#add(facts, Number(vaddr), count, (bits & ALIGNED) !== 0, stored, pageSize);
    if (!stored && (bits & ALIGNED) === 0) return false;
    delete entry['blocks'];
    entry['flags'] = (bits & ~ALIGNED) >>> 0;
    return true;
  }

  /** All of a pagemap has come. */
  end(image: string): void {
    const known = this.#byPagemap.get(image);
    if (known) known.facts.isComplete = true;
    this.#byPagemap.delete(image);
  }

  /** What is known of a pages image whose first line has come; undefined where that is not all of it. */
  of(image: string): PagesFacts | undefined {
    const facts = this.#facts.get(image);
    if (facts?.isComplete === true) {
      this.#facts.delete(image);
      this.#kept -= weightOf(facts);
      return facts;
    }
    this.#passed.add(image);
    if (facts) this.#check(image, facts);
    return undefined;
  }

  #add(
    facts: PagesFacts,
    address: number,
    pages: number,
    isAligned: boolean,
    blocks: Run['blocks'],
    pageSize: number,
  ): void {
    const last = facts.runs.at(-1);
    const run: Run = { address, pages, first: facts.pages, isAligned, blocks };
    facts.pages += pages;
    const isSame = last && !last.blocks && !blocks && last.address + last.pages * pageSize === address;
    if (isSame) facts.runs[facts.runs.length - 1] = { ...last, pages: last.pages + pages };
    else {
      facts.runs.push(run);
      this.#kept += 1 + (blocks?.sizes.length ?? 0);
    }
    if (this.#kept > MOST_KEPT)
      throw new CritError('limit', `more than ${MOST_KEPT} runs of pages before the pages themselves`);
  }

  /** Compressed pages that have gone by cannot be read any more. */
  #check(image: string, { isCompressed, pagemap }: PagesFacts): void {
    if (isCompressed && this.#passed.has(image))
      throw new CritError('sequence', `has compressed pages, and came before ${pagemap}, which says where they are`, {
        image,
      });
  }
}

function weightOf({ runs }: PagesFacts): number {
  return runs.reduce((sum, { blocks }) => sum + 1 + (blocks?.sizes.length ?? 0), 0);
}

function blocksOf({ block_sizes, pages_per_block }: Record<string, unknown>): NonNullable<Run['blocks']> {
  const sizes = Array.isArray(block_sizes) ? block_sizes.map(Number) : [];
  const pagesPerBlock = Number(pages_per_block);
  if (!(pagesPerBlock > 0)) throw new CritError('format', 'blocks of no pages');
  return { sizes, pagesPerBlock };
}
