/** The bytes of one image that is no list of entries, by what they are: an archive, or just bytes. */
import { formatOf } from '../container/detect-format.ts';
import { placed, type CritError } from '../error.ts';
import { ByteStream } from './byte-stream.ts';
import type { Halves, PlacedHalf } from './halves.ts';
import type { MemoryGuide } from './memory-guide.ts';
import type { Place } from './place.ts';
import type { OnQueue } from './queues.ts';
import type { Hit, Scanner } from './scanner.ts';
import { TarText } from './tar-text.ts';

/** Takes a match with its place and how far from its beginning it is; false where it must stay as it is. */
export type OnFound = (place: Place, offset: number, hit: Hit) => boolean;

/** What looks at bytes: its scanner, and who is told of matches. */
export interface Search {
  readonly scanner: Scanner;
  readonly onFound: OnFound;
  /** Told of an image that cannot be understood, of which no more is looked at; without it, the error is thrown. */
  readonly onUnreadable?: (error: CritError) => void;
  /** Told of what is looked at in another way than it is read. */
  readonly onWarning?: ((warning: CritError) => void) | undefined;
  /** Whether all entries are in the plain form, as crit-cat writes them where nothing else is said. */
  readonly arePlain?: boolean;
  /** What is known of memory; without it, pages are just bytes. */
  readonly memory?: PagesHost;
  /** Told of queues that are left out as a whole; without it, they are looked at as all else is. */
  readonly onQueue?: OnQueue | undefined;
}

/** Whose memory comes, and what is told of matches that stay, since it was not chosen. */
export interface PagesHost {
  readonly guide: MemoryGuide;
  readonly onLeft: (kind: string, length: number) => void;
  /** Parts of secrets that were found before, and what is told of each that is overwritten. */
  readonly halves: Halves | undefined;
  readonly onHalf: (place: Place, half: PlacedHalf) => void;
}

/** Where bytes are held until nothing before an offset changes any more. */
export interface Holder {
  /** Bytes from an offset on are others now; those that are given never change. */
  overwrite(offset: number, bytes: Buffer): void;
  settle(offset: number): void;
}

/** Takes bytes that have been given to a holder. */
export interface ByteWork {
  push(bytes: Buffer): void;
  /** Passes over bytes of one value. */
  fill(value: number, length: number): void;
  end(): void;
}

/** Runs of one byte value are passed as such to what looks at bytes, in parts of this size. */
const PART = 64 * 1024;

/** What looks at bytes that begin with these: 512 of them, or all. */
export function workOf(first: Buffer, place: Place, search: Search, holder: Holder): ByteWork {
  return formatOf('', first) === 'tar' ? tarWork(place, search, holder) : new PlainWork(place, search, holder);
}

export class PlainWork implements ByteWork {
  readonly #search: Search;
  readonly #stream: ByteStream;

  constructor(place: Place, search: Search, holder: Holder) {
    this.#search = search;
    this.#stream = new ByteStream(search.scanner, {
      found: (hit, offset) => search.onFound(place, offset, hit),
      overwrite: (offset, bytes) => holder.overwrite(offset, bytes),
      settle: (offset) => holder.settle(offset),
    });
  }

  push(bytes: Buffer): void {
    this.#stream.push(bytes);
  }

  fill(value: number, length: number): void {
    // So much that a match from either side ends in it.
    const side = 2 * PART;
    if (length <= 2 * side || this.#search.scanner.findsRunsOf(value)) this.#alike(value, length);
    else {
      this.#alike(value, side);
      this.#stream.skipAlike(length - 2 * side);
      this.#alike(value, side);
    }
  }

  border(): void {
    this.#stream.border();
  }

  end(): void {
    this.#stream.border();
  }

  #alike(value: number, length: number): void {
    const part = Buffer.alloc(Math.min(PART, length), value);
    for (let done = 0; done < length; done += PART) this.#stream.push(part.subarray(0, length - done));
  }
}

function tarWork(place: Place, { scanner, onFound }: Search, holder: Holder): ByteWork {
  let member: string | undefined;
  /** Where the contents of the member begin. */
  let start = 0;
  const stream = new ByteStream(scanner, {
    found: (hit, offset) => onFound({ ...place, member }, offset - start, hit),
    overwrite: (offset, bytes) => holder.overwrite(offset, bytes),
    settle: (offset) => holder.settle(offset),
  });
  const tar = new TarText(stream, scanner, {
    onMember: (path) => {
      member = path;
      start = stream.offset;
    },
    onHit: (hit) => onFound({ ...place, field: 'header' }, stream.offset + hit.start, hit),
    overwrite: (offset, bytes) => holder.overwrite(offset, bytes),
  });
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw placed(error, { image: place.image });
    }
  };
  return {
    push: (bytes) => attempt(() => tar.push(bytes)),
    fill: (value, length) =>
      attempt(() => {
        const part = Buffer.alloc(Math.min(PART, length), value);
        for (let done = 0; done < length; done += PART) tar.push(part.subarray(0, length - done));
      }),
    end: () => attempt(() => tar.end()),
  };
}
