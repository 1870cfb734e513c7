/**
 * A part of all that crit-cat was given. What there is is looked at twice: for names and sizes alone, which say where the parts
 * are, and then for the members of this one.
 */
import { createHash } from 'node:crypto';
import type { Member, MemberSink } from '../container/container.ts';
import { Division } from '../container/division.ts';
import { CritError } from '../error.ts';
import type { Shard, ShardMark } from '../line/shard.ts';
import { rawMagicByFile } from '../schema/images.ts';
import type { LinesSink } from './member-lines.ts';

/** CRIU writes into it which dump it was, so that two dumps of the same names and sizes are told apart. */
const INVENTORY = /(?:^|\/)inventory\.img$/;
/** Bytes of it that are read. */
const INVENTORY_LIMIT = 64 * 1024;

/** Whether a member is cut into ranges: memory, which is most of a dump, where it can be read at random. */
function isCut({ image, type, size = 0, path }: Member): boolean {
  return type === 'file' && path !== undefined && size > 0 && rawMagicByFile(image) === 'PAGES';
}

/** Names and sizes of members, one after another. */
class Listing {
  readonly #hash = createHash('sha256');
  /** Bytes of all members so far. */
  size = 0;
  #last: string | undefined;

  container(prefix: string): void {
    this.#add([prefix]);
    this.#last = undefined;
  }

  /** Adds a member; gives the bytes before it. */
  add(member: Member): number {
    const { image, type, size = 0 } = member;
    const start = this.size;
    this.#add([image, isCut(member) ? 'ranges' : type, size]);
    this.size += size;
    this.#last = image;
    return start;
  }

  /** Adds what cannot be read, unless that was found out after it was added. */
  fail(image: string): number | undefined {
    if (this.#last === image) return undefined;
    this.#add([image, 'error']);
    return this.size;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  #add(what: readonly (string | number)[]): void {
    this.#hash.update(`${JSON.stringify(what)}\n`);
  }
}

/** Takes the names and sizes of all members, before anything of them is read. */
export class ShardPlan implements LinesSink {
  readonly #lines: LinesSink;
  readonly #listing = new Listing();
  readonly #inventory = createHash('sha256');

  /** The sink tells which members are wanted. */
  constructor(lines: LinesSink) {
    this.#lines = lines;
  }

  container(prefix: string, hasOthers?: boolean): void {
    this.#lines.container(prefix, hasOthers);
    this.#listing.container(prefix);
  }

  wants(image: string): boolean {
    return this.#lines.wants(image) || INVENTORY.test(image);
  }

  /** Throws a CritError where the size of a member is not known before it is read, or where it cannot be read at random. */
  begin(member: Member): MemberSink | undefined {
    const { image, type, size, path, place } = member;
    if (type === 'file' && (size === undefined || (path === undefined && place === undefined))) {
      const hint = 'what is compressed or comes through a pipe is read to its end: crit-pack -C DIR unpacks it';
      throw new CritError('usage', `--shard is for directories, files, and archives that are not compressed; ${hint}`);
    }
    if (this.#lines.wants(image)) this.#listing.add(member);
    if (type !== 'file' || !INVENTORY.test(image)) return undefined;
    let left = INVENTORY_LIMIT;
    return {
      get isComplete() {
        return left === 0;
      },
      write: (bytes) => {
        const some = bytes.subarray(0, left);
        this.#inventory.update(some);
        left -= some.length;
      },
      end() {},
    };
  }

  fail(_: unknown, image: string): void {
    if (this.#lines.wants(image)) this.#listing.fail(image);
  }

  /** The members of a part, which are given to the sink. */
  shard(shard: Shard): ShardMembers {
    const digest = this.#listing.digest();
    const checkpoint = createHash('sha256').update(digest).update(this.#inventory.digest()).digest('hex').slice(0, 32);
    return new ShardMembers(this.#lines, { ...shard, checkpoint }, new Division(shard, this.#listing.size), digest);
  }
}

/** Of all members those of one part. */
export class ShardMembers implements LinesSink {
  readonly mark: ShardMark;
  readonly #lines: LinesSink;
  readonly #division: Division;
  readonly #planned: string;
  readonly #listing = new Listing();

  constructor(lines: LinesSink, mark: ShardMark, division: Division, planned: string) {
    this.#lines = lines;
    this.mark = mark;
    this.#division = division;
    this.#planned = planned;
  }

  container(prefix: string, hasOthers?: boolean): void {
    this.#lines.container(prefix, hasOthers);
    this.#listing.container(prefix);
  }

  wants(image: string): boolean {
    return this.#lines.wants(image);
  }

  begin(member: Member): MemberSink | undefined {
    const { size = 0 } = member;
    const start = this.#listing.add(member);
    if (!isCut(member)) return this.#division.has(start, size) ? this.#lines.begin(member) : undefined;
    const range = this.#division.rangeOf(start, size);
    return range && this.#lines.begin(range.length === size ? member : { ...member, range });
  }

  fail(error: unknown, image: string): void {
    const start = this.#listing.fail(image);
    if (start === undefined || this.#division.has(start, 0)) this.#lines.fail(error, image);
  }

  /** All has been read. Throws a CritError where it is not what was looked at before, so that others may have divided it otherwise. */
  check(): void {
    if (this.#listing.digest() !== this.#planned)
      throw new CritError('io', 'files came, went or changed their size while the shard was read');
  }
}
