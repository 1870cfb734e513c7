/** Walks the pages of two address spaces side by side, in constant memory: both come in the order of their numbers. */
import type { Vma } from '../checkpoint/vma.ts';
import type { PageRun } from './page-runs.ts';

/** Whether some pages that one side does not have are zeros there: memory that was never touched. */
export type IsZero = (page: number) => boolean;

/** Pages one after another that are the same, or one that is not. Bytes are valid until the next event is asked for. */
export interface PageEvent {
  readonly what: 'same' | 'changed' | 'removed' | 'added';
  readonly page: number;
  readonly count: number;
  /** Of zeros that count as the same: which side has them alone. */
  readonly alone?: 'removed' | 'added';
  /** What they hold on the side that has them; where both are there and the same, the first one's. */
  readonly before: Buffer;
  readonly after: Buffer;
  readonly vma: Vma | undefined;
}

export interface PageSide {
  readonly runs: Iterable<PageRun>;
  readonly isZero: IsZero;
}

/** All pages of both, in the order of their numbers. */
export function* comparePages(
  before: PageSide,
  after: PageSide,
  pageSize: number,
): Generator<PageEvent, void, undefined> {
  const [left, right] = [new Cursor(before.runs, pageSize), new Cursor(after.runs, pageSize)];
  for (;;) {
    const [page, other] = [left.page, right.page];
    if (page === Infinity && other === Infinity) return;
    if (page < other) yield* alone(left, Math.min(left.count, other - page), after.isZero, pageSize, 'removed');
    else if (other < page) yield* alone(right, Math.min(right.count, page - other), before.isZero, pageSize, 'added');
    else yield* both(left, right, pageSize);
  }
}

/** Pages that only one side has. */
function* alone(
  cursor: Cursor,
  count: number,
  isZero: IsZero,
  pageSize: number,
  what: 'removed' | 'added',
): Generator<PageEvent, void, undefined> {
  const { page, vma } = cursor;
  const bytes = cursor.take(count);
  const zeros = Buffer.alloc(pageSize);
  for (let index = 0; index < count; index++) {
    const one = bytes.subarray(index * pageSize, (index + 1) * pageSize);
    const event = { page: page + index, count: 1, before: one, after: one, vma };
    if (one.equals(zeros) && isZero(page + index)) yield { what: 'same', alone: what, ...event };
    else yield { what, ...event };
  }
}

function* both(left: Cursor, right: Cursor, pageSize: number): Generator<PageEvent, void, undefined> {
  const count = Math.min(left.count, right.count);
  const { page, vma } = left;
  const [one, other] = [left.take(count), right.take(count)];
  if (one.equals(other)) {
    yield { what: 'same', page, count, before: one, after: other, vma };
    return;
  }
  for (let index = 0; index < count; index++) {
    const [from, end] = [index * pageSize, (index + 1) * pageSize];
    const what = one.compare(other, from, end, from, end) === 0 ? 'same' : 'changed';
    yield {
      what,
      page: page + index,
      count: 1,
      before: one.subarray(from, end),
      after: other.subarray(from, end),
      vma,
    };
  }
}

/** The next pages of one side. */
class Cursor {
  readonly #runs: Iterator<PageRun>;
  readonly #pageSize: number;
  #run: PageRun | undefined;
  /** Pages of the run that were taken. */
  #taken = 0;

  constructor(runs: Iterable<PageRun>, pageSize: number) {
    this.#runs = runs[Symbol.iterator]();
    this.#pageSize = pageSize;
  }

  /** Number of the next page; Infinity where there is none. The bytes that were taken before are not valid any more. */
  get page(): number {
    if (!this.#run || this.#taken === this.#run.count) {
      const next = this.#runs.next();
      this.#run = next.done === true ? undefined : next.value;
      this.#taken = 0;
    }
    return this.#run ? this.#run.page + this.#taken : Infinity;
  }

  /** How many pages come at once. */
  get count(): number {
    return this.#run ? this.#run.count - this.#taken : 0;
  }

  get vma(): Vma | undefined {
    return this.#run?.vma;
  }

  take(count: number): Buffer {
    const from = this.#taken * this.#pageSize;
    this.#taken += count;
    return this.#run ? this.#run.bytes.subarray(from, from + count * this.#pageSize) : Buffer.alloc(0);
  }
}
