/** Overwrites what must not stay in lines, and says what it did. */
import type { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Halves, PlacedHalf } from './halves.ts';
import { LineVisitor } from './line-visitor.ts';
import { MemoryGuide, type MemoryLimits } from './memory-guide.ts';
import type { Place } from './place.ts';
import { STAR, Scanner, type Hit, type Sought } from './scanner.ts';

/** Something that was overwritten; what stood there is told nowhere. */
export interface Redaction {
  readonly place: Place;
  /** Bytes from the beginning of what the place names. */
  readonly offset: number;
  readonly length: number;
  /** The kind of secret, or what was looked for: `text`, `pattern`, `env AWS_*`. */
  readonly rule: string;
  /** Whether what was found goes on, but is longer than the 64 KiB that are overwritten. */
  readonly isCut?: boolean | undefined;
}

export interface RedactorOptions extends MemoryLimits {
  /** The byte that overwrites; `*` without it. In strings and JSON, which cannot hold a zero, a star stands for one. */
  readonly fill?: number | undefined;
  /** Whether what waits in queues is left out as a whole. */
  readonly dropQueues?: boolean | undefined;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Called for everything that is overwritten. */
  readonly onRedaction?: ((redaction: Redaction) => void) | undefined;
  /** Called for each queue that is left out, emptied or overwritten as a whole. */
  readonly onQueue?: ((place: Place) => void) | undefined;
  /** Called for what was looked at in part, or not as it is read. */
  readonly onWarning?: ((warning: CritError) => void) | undefined;
  /** Called for what was found in memory that is not to be changed. */
  readonly onLeft?: ((kind: string, length: number) => void) | undefined;
}

export class Redactor {
  readonly #guide: MemoryGuide;
  readonly #visitor: LineVisitor;
  readonly #scanner: Scanner;

  /**
   * Lines are appended to `output`, which the caller empties between two calls. `halves` are overwritten as well, and taken out
   * where their image comes. Throws a CritError with code "usage" where nothing is looked for, or what is overwritten would be found
   * again.
   */
  constructor(output: Output, sought: readonly Sought[], options: RedactorOptions = {}, halves?: Halves) {
    const { fill = STAR, dropQueues = false, schema, onRedaction, onQueue, onLeft, onWarning } = options;
    if (sought.length === 0 && !dropQueues) throw new CritError('usage', 'nothing to overwrite: say what');
    this.#guide = new MemoryGuide(options);
    this.#scanner = new Scanner(sought, fill);
    const again = [fill, STAR].find((byte) => this.#scanner.findsRunsOf(byte));
    if (again !== undefined)
      throw new CritError(
        'usage',
        `what is looked for finds ${JSON.stringify(String.fromCharCode(again))}, which overwrites it`,
      );
    const search = {
      scanner: this.#scanner,
      onFound: (place: Place, offset: number, { start, end, rule, match }: Hit): boolean => {
        onRedaction?.({ place: this.#told(place), offset, length: end - start, rule, isCut: match.isCut });
        return true;
      },
      memory: {
        guide: this.#guide,
        onLeft: (kind: string, length: number): void => onLeft?.(kind, length),
        halves,
        onHalf: (place: Place, { offset, length, rule }: PlacedHalf): void =>
          onRedaction?.({ place, offset, length, rule }),
      },
      onWarning,
      onQueue: dropQueues ? (place: Place): void => onQueue?.(place) : undefined,
    };
    this.#visitor = new LineVisitor(output, search, schema);
  }

  /** Whether `work` must be called before the next call of `push` or `end`. */
  get isBusy(): boolean {
    return this.#visitor.isBusy;
  }

  /** Pages that were left to a lazy-pages server, and pages that are in a dump before. */
  get elsewhere(): { readonly lazy: number; readonly inParent: number } {
    const { lazy, inParent } = this.#guide.pagemaps;
    return { lazy, inParent };
  }

  /** Throws a CritError for what is no line, and where something cannot be understood or overwritten. */
  push(chunk: Uint8Array): void {
    this.#visitor.push(chunk);
  }

  /** Does what takes time. Yields now and then, so that the output can be passed on. */
  work(): AsyncGenerator<void, void, undefined> {
    return this.#visitor.work();
  }

  /** Throws a CritError where an error line has passed, or lines are missing. */
  end(): void {
    this.#visitor.end();
  }

  /** Removes what was written aside. */
  close(): void {
    this.#visitor.close();
  }

  /** A place without what was found, which may be in names and keys as well. */
  #told(place: Place): Place {
    const { field, member } = place;
    if (field === undefined && member === undefined) return place;
    return { ...place, field: field && this.#clean(field), member: member && this.#clean(member) };
  }

  #clean(text: string): string {
    const bytes = Buffer.from(text);
    this.#scanner.scanString(bytes, () => true);
    return bytes.toString('utf8');
  }
}

/** Lines through a redactor, in chunks that are valid until the next but one. */
export async function* redacted(
  lines: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  output: Output,
  redactor: Redactor,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of lines) {
      redactor.push(chunk);
      for await (const _ of redactor.work()) if (output.length > 0) yield output.pass();
      if (output.length > 0) yield output.pass();
    }
    redactor.end();
  } finally {
    redactor.close();
    if (output.length > 0) yield output.pass();
  }
}
