/** Whose memory it is that comes in pages images, and which of it may be overwritten. */
import { NOWHERE } from '../checkpoint/vma.ts';
import { CritError } from '../error.ts';
import { vmaChooser } from '../memory/choose-vmas.ts';
import { AddressSpaces, type Area } from './areas.ts';
import { Pagemaps, type PagesFacts } from './pagemaps.ts';
import type { Place } from './place.ts';

/** Which memory is overwritten: all but code without any of these. */
export interface MemoryLimits {
  readonly pids?: readonly number[] | undefined;
  /** Names of areas, or globs for them. */
  readonly vmas?: readonly string[] | undefined;
  /** What must be allowed there. */
  readonly prot?: string | undefined;
  /** Whether code of programs is overwritten, too. */
  readonly code?: boolean | undefined;
}

/** What is known of an address in a pages image. */
export interface Judgement {
  readonly pid: number | undefined;
  readonly kind: string;
  readonly mayChange: boolean;
}

/** The version of an inventory whose images have heads, and of one whose pages are compressed besides. */
const USUAL_VERSION = 2;
const COMPRESSED_VERSION = 3;

export class MemoryGuide {
  readonly #limits: MemoryLimits;
  readonly #hasLimits: boolean;
  readonly #chooses: ReturnType<typeof vmaChooser>;
  readonly #isNamed: ((name: string) => boolean) | undefined;
  readonly pagemaps: Pagemaps = new Pagemaps();
  readonly #spaces = new AddressSpaces();
  /** Files that are called like an area that is chosen, by the directory of their image. */
  readonly #files = new Set<string>();
  readonly #shared = new Map<string, readonly Area[]>();

  /** Throws a CritError with code "usage" where the limits are none. */
  constructor(limits: MemoryLimits = {}) {
    const { pids = [], vmas = [], prot } = limits;
    this.#limits = limits;
    this.#hasLimits = pids.length > 0 || vmas.length > 0 || prot !== undefined;
    this.#chooses = vmaChooser({ prot });
    const named = vmaChooser({ names: vmas });
    this.#isNamed = vmas.length > 0 ? (name) => named({ ...NOWHERE, name }) : undefined;
  }

  /** Whether entries of such images tell something. */
  takes(magic: string): boolean {
    if (magic === 'PAGEMAP' || magic === 'INVENTORY') return true;
    return this.#isNamed !== undefined && (magic === 'FILES' || magic === 'REG_FILES');
  }

  /** Takes an entry in the plain form. Gives whether it is another one now, since pages are no longer compressed. */
  entry({ image, magic }: Place, entry: Record<string, unknown>): boolean {
    if (magic === 'PAGEMAP') return this.pagemaps.entry(image, entry, this.#spaces.pageSizeOf(image));
    if (magic === 'FILES' || magic === 'REG_FILES') this.#file(image, entry['reg'] ?? entry);
    if (magic !== 'INVENTORY' || (entry['compress'] === undefined && entry['img_version'] !== COMPRESSED_VERSION))
      return false;
    delete entry['compress'];
    delete entry['compress_block_size'];
    if (entry['img_version'] === COMPRESSED_VERSION) entry['img_version'] = USUAL_VERSION;
    return true;
  }

  /** Takes the line of the memory of a process; `plain` gives it as crit-cat writes it. */
  mm({ image, pid }: Place, text: string, plain: () => string): void {
    if (pid !== undefined) this.#spaces.take(image, pid, text, plain);
  }

  /** Bytes in a page, where that is known. */
  pageSizeOf(image: string): number | undefined {
    return this.#spaces.pageSizeOf(image);
  }

  /**
   * Whose an address is that a pagemap speaks of. Throws a CritError where only some memory is to be overwritten, and it cannot be
   * told whether this belongs to it.
   */
  judge(image: string, facts: PagesFacts | undefined, address: number | undefined): Judgement {
    const pagemap = /(?:^|\/)pagemap-(shmem-)?(\d+)\.img$/.exec(facts?.pagemap ?? '');
    const id = Number(pagemap?.[2]);
    if (pagemap?.[1] !== undefined) return this.#judgeShared(image, id);
    const isKnown = pagemap !== null && address !== undefined && this.#spaces.knows(image, id);
    const area = isKnown ? this.#spaces.at(image, id, address) : undefined;
    if (!isKnown && this.#hasLimits && !this.#isOnlyPid(pagemap !== null))
      throw new CritError(
        'sequence',
        'came before the images that say whose memory it is, of which only some is chosen',
      );
    const pid = pagemap ? id : undefined;
    if (!area)
      return {
        pid,
        kind: isKnown ? '[outside]' : '[unknown]',
        mayChange: this.#isChosenPid(pid) && (!isKnown || !this.#hasLimits || this.#isOnlyPid(true)),
      };
    return {
      pid,
      kind: area.kind,
      mayChange: this.#isChosen(image, area) && (this.#limits.code === true || !area.isCode),
    };
  }

  #judgeShared(image: string, id: number): Judgement {
    const key = `${image.slice(0, image.lastIndexOf('/') + 1)}\0${id}`;
    const areas = this.#shared.get(key) ?? [...this.#spaces.mapping(image, id)];
    this.#shared.set(key, areas);
    const mayChange = !this.#hasLimits || areas.some((area) => this.#isChosen(image, area));
    return { pid: undefined, kind: `[shared ${id}]`, mayChange };
  }

  #isOnlyPid(hasPid: boolean): boolean {
    return hasPid && this.#isNamed === undefined && this.#limits.prot === undefined;
  }

  #isChosenPid(pid: number | undefined): boolean {
    const { pids = [] } = this.#limits;
    return pids.length === 0 || (pid !== undefined && pids.includes(pid));
  }

  #isChosen(image: string, { pid, kind, prot, file }: Area): boolean {
    if (!this.#isChosenPid(pid) || !this.#chooses({ ...NOWHERE, prot })) return false;
    if (!this.#isNamed || this.#isNamed(kind)) return true;
    return file !== undefined && this.#files.has(`${image.slice(0, image.lastIndexOf('/') + 1)}\0${file}`);
  }

  #file(image: string, reg: unknown): void {
    if (typeof reg !== 'object' || reg === null) return;
    const name: unknown = Reflect.get(reg, 'name');
    if (typeof name !== 'string' || this.#isNamed?.(name) !== true) return;
    this.#files.add(`${image.slice(0, image.lastIndexOf('/') + 1)}\0${String(Reflect.get(reg, 'id'))}`);
  }
}
