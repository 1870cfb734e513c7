/**
 * The bytes of a tar archive to its members: push(chunk), end(). Contents are passed on as they come, uncopied.
 *
 * header -> contents -> padding -> header ... -> zeros. Where something has no place in the lines, it is an error, never left out.
 */
import { CritError, placed } from '../../error.ts';
import { HeaderParser, type ParsedHeader } from './header-parser.ts';
import { TAR_BLOCK } from './header.ts';
import { paddingOf } from './tar-member.ts';

/** The most members that are taken: a little of each name is held in memory. */
const MEMBERS_LIMIT = 1_048_576;

/** Told what an archive holds, in order. */
export interface TarHandler {
  /** A member, whose contents begin so many bytes behind the beginning of the archive. */
  member(parsed: ParsedHeader, offset: number): void;
  /** Contents of the member, valid until the call returns. */
  data(bytes: Uint8Array): void;
  /** The bytes behind the contents of a member that fill the last block. */
  padding(bytes: Uint8Array): void;
  /** The archive is complete; it ends in so many zero bytes. */
  finish(zeros: number): void;
}

export class TarReader {
  readonly #handler: TarHandler;
  readonly #parser = new HeaderParser();
  /** A block that has not come whole. */
  readonly #held: Buffer = Buffer.alloc(TAR_BLOCK);
  #heldLength = 0;
  #offset = 0;
  #contents = 0;
  #padding = 0;
  /** Zero bytes at the end; -1 before the end. */
  #zeros = -1;
  #name: string | undefined;
  #members = 0;

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  /** Whether more of a member's contents is to come. */
  get isWithinMember(): boolean {
    return this.#contents > 0 || this.#padding > 0;
  }

  /** How many bytes of a member's contents are to come. */
  get left(): number {
    return this.#contents;
  }

  /** Takes so many bytes of contents as read that nobody wants. */
  skip(count: number): void {
    this.#contents -= count;
    this.#offset += count;
  }

  /** Throws a CritError where the bytes are no archive, or one that lines cannot hold. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const used = this.#take(chunk, at);
      at += used;
      this.#offset += used;
    }
  }

  /** Says that the archive ends here. Throws a CritError where it must not. */
  end(): void {
    if (this.#contents > 0) this.#truncated(`${this.#contents} more bytes of its contents expected`);
    if (this.#padding > 0 || this.#heldLength > 0 || this.#parser.isWithin) this.#truncated('it ends within a block');
    if (this.#zeros < 0) this.#truncated('the zeros that end an archive are missing');
    this.#handler.finish(this.#zeros);
  }

  #take(chunk: Uint8Array, at: number): number {
    if (this.#contents > 0) {
      const used = Math.min(this.#contents, chunk.length - at);
      this.#contents -= used;
      this.#handler.data(at === 0 && used === chunk.length ? chunk : chunk.subarray(at, at + used));
      return used;
    }
    const wanted = this.#padding > 0 ? this.#padding : TAR_BLOCK;
    const used = Math.min(wanted - this.#heldLength, chunk.length - at);
    this.#held.set(chunk.subarray(at, at + used), this.#heldLength);
    this.#heldLength += used;
    if (this.#heldLength < wanted) return used;
    this.#heldLength = 0;
    if (this.#padding > 0) {
      this.#padding = 0;
      this.#handler.padding(this.#held.subarray(0, wanted));
    } else this.#block(this.#offset + used);
    return used;
  }

  /** Takes the block that is held, with the offset of its end. */
  #block(end: number): void {
    const isZero = this.#held.every((byte) => byte === 0);
    if (this.#zeros >= 0 || (isZero && !this.#parser.isWithin)) {
      if (!isZero)
        throw new CritError('format', 'more follows the zeros that end the archive', { offset: this.#offset });
      this.#zeros = Math.max(0, this.#zeros) + TAR_BLOCK;
      return;
    }
    try {
      const parsed = this.#parser.take(this.#held);
      if (!parsed) return;
      if (++this.#members > MEMBERS_LIMIT) throw new CritError('limit', `more than ${MEMBERS_LIMIT} members`);
      this.#name = parsed.member.path;
      this.#contents = parsed.member.size;
      this.#padding = paddingOf(parsed.member.size);
      this.#handler.member(parsed, end);
    } catch (error) {
      throw placed(error, { offset: this.#offset });
    }
  }

  #truncated(missing: string): never {
    throw new CritError('truncated', `truncated archive: ${missing}`, { image: this.#name, offset: this.#offset });
  }
}
