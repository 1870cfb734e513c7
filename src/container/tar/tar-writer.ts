/**
 * Images to a tar archive, in the order in which they begin.
 *
 * A header tells the size of the contents that follow it. Memory and raw files whose size is known from the archive that they
 * came from pass straight through; all else waits for its end, in memory or in a private file, as does what comes out of turn.
 */
import { CritError, placed } from '../../error.ts';
import { isObject } from '../../codec/json.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../../image/image-sink.ts';
import { isRawMagic } from '../../schema/magics.ts';
import type { TarDetails } from './tar-details.ts';
import { PartSink } from '../../image/part-sink.ts';
import { safeParts } from '../../files/safe-name.ts';
import { Spool, SpoolDirectory } from './spool.ts';
import { headerOf, parseDetails, type MemberContents } from './tar-details.ts';
import { TAR_BLOCK } from './header.ts';
import { paddingOf } from './tar-member.ts';

/** Zeros that end an archive. */
const USUAL_END = 2 * TAR_BLOCK;
/** The most that an archive may end in: more is no habit of any tool. */
const END_LIMIT = 1024 * 1024;

interface Member {
  readonly image: string;
  readonly type: MemberContents['type'];
  readonly target: string;
  readonly details: TarDetails | undefined;
  /** The size that its header tells, where its contents need not wait for it. */
  readonly claimed: number | undefined;
  readonly spool: Spool;
  written: number;
  padding: Uint8Array | undefined;
  hasStarted: boolean;
  hasEnded: boolean;
}

export class TarWriter implements CheckpointSink {
  readonly isOrdered = true;
  readonly #queue: Member[] = [];
  readonly #open = new Map<string, Member>();
  readonly #directory = new SpoolDirectory();
  readonly #output = new PartSink();
  /** What is ready, where it cannot be held: contents in files. */
  #ready: Generator<Buffer, void, undefined>[] = [];
  #zeros = USUAL_END;

  image(name: string, details?: ImageDetails): ImageSink {
    const isRaw = details !== undefined && isRawMagic(details.magic);
    const member = this.#begin(name, 'file', '', details, isRaw);
    return {
      write: (bytes) => {
        if (this.#passes(member)) this.#output.write(bytes);
        else member.spool.write(bytes);
        member.written += bytes.length;
      },
      fill: (value, length) => {
        if (this.#passes(member)) this.#output.fill(value, length);
        else member.spool.fill(value, length);
        member.written += length;
      },
      end: () => this.#end(member),
    };
  }

  link(name: string, target: Uint8Array, details?: ImageDetails): void {
    this.#end(this.#begin(name, 'link', Buffer.from(target).toString('utf8'), details, false));
  }

  directory(name: string, details?: ImageDetails): void {
    this.#end(this.#begin(name, 'directory', '', details, false));
  }

  /** Takes `end.tar` of an image that is about to end. */
  ending(name: string, tar: unknown): void {
    if (!isObject(tar)) throw new CritError('value', 'end.tar is no object', { image: name });
    const { padding, zeros, ...others } = tar;
    if (Object.keys(others).length > 0) throw new CritError('value', 'end.tar may hold padding and zeros');
    const member = this.#open.get(name);
    if (typeof padding === 'string' && member) member.padding = Buffer.from(padding, 'base64');
    if (zeros === undefined) return;
    if (typeof zeros !== 'number' || zeros % TAR_BLOCK !== 0 || zeros < TAR_BLOCK || zeros > END_LIMIT) {
      throw new CritError('value', `end.tar.zeros is no multiple of ${TAR_BLOCK} up to ${END_LIMIT}`, { image: name });
    }
    this.#zeros = zeros;
  }

  /** Says that all images have come. */
  end(): void {
    this.#advance();
    this.#output.fill(0, this.#zeros);
  }

  /** What is ready, in chunks. */
  *take(): Generator<Buffer, void, undefined> {
    const ready = this.#ready;
    this.#ready = [];
    for (const part of ready) yield* part;
    yield* this.#output.take();
    if (this.#queue.length === 0 && this.#open.size === 0) this.#directory.remove();
  }

  /** Removes what was written aside. */
  abort(): void {
    this.#directory.remove();
  }

  #begin(image: string, type: Member['type'], target: string, given: ImageDetails | undefined, isRaw: boolean): Member {
    if (image !== '.') safeParts(image);
    let details: TarDetails | undefined;
    try {
      details = parseDetails(given?.tar);
    } catch (error) {
      throw placed(error, { image });
    }
    const member: Member = {
      image,
      type,
      target,
      details,
      claimed: isRaw ? details?.size : undefined,
      spool: new Spool(this.#directory, image),
      written: 0,
      padding: undefined,
      hasStarted: false,
      hasEnded: false,
    };
    this.#queue.push(member);
    this.#open.set(image, member);
    return member;
  }

  /** Whether contents of a member go straight to the output. */
  #passes(member: Member): boolean {
    if (member.claimed === undefined || this.#queue[0] !== member) return false;
    if (!member.hasStarted) this.#start(member, member.claimed);
    return true;
  }

  #start(member: Member, size: number): void {
    const { image, type, target, details } = member;
    member.hasStarted = true;
    this.#output.write(headerOf(details, { image, type, target, size }));
    if (member.spool.size === 0) return;
    this.#ready.push(this.#takeOutput(), member.spool.take());
  }

  #end(member: Member): void {
    const { claimed, written, image } = member;
    if (member.hasStarted && claimed !== written) {
      throw new CritError(
        'sequence',
        `${written} bytes, but its tar.size is ${claimed}: where contents change, leave tar.size out`,
        { image },
      );
    }
    member.hasEnded = true;
    this.#open.delete(image);
    this.#advance();
  }

  /** Writes all members that are complete and have their turn. */
  #advance(): void {
    for (let member = this.#queue[0]; member?.hasEnded; member = this.#queue[0]) {
      if (!member.hasStarted) this.#start(member, member.written);
      const size = paddingOf(member.written);
      if (member.padding?.length === size) this.#output.write(member.padding);
      else this.#output.fill(0, size);
      this.#queue.shift();
    }
  }

  /** What the output holds now, to be given before what comes next. */
  #takeOutput(): Generator<Buffer, void, undefined> {
    const parts = [...this.#output.take()];
    return (function* () {
      yield* parts;
    })();
  }
}
