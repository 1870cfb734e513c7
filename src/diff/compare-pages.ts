/** Walks the pages of two address spaces side by side, in constant memory: both come in the order of their numbers. */
import type { Vma } from '../checkpoint/vma.ts';
import type { PageRun } from './page-runs.ts';

/** Whether some pages that one side does not have are zeros there: memory that was never touched. */
export type IsZero = (page: number) => boolean;

/** Is told of all pages, in order. Bytes are valid until the call returns. */
export interface PageVisitor {
  same(page: number, count: number, bytes: Buffer, vma: Vma | undefined): void;
  changed(page: number, before: Buffer, after: Buffer, vma: Vma | undefined): void;
  removed(page: number, bytes: Buffer, vma: Vma | undefined): void;
  added(page: number, bytes: Buffer, vma: Vma | undefined): void;
}

export interface PageSide {
  readonly runs: Iterable<PageRun>;
  readonly isZero: IsZero;
}

export function comparePages(before: PageSide, after: PageSide, pageSize: number, visitor: PageVisitor): void {
  const zeros = Buffer.alloc(pageSize);
  const [left, right] = [new Cursor(before.runs, pageSize), new Cursor(after.runs, pageSize)];
  /** Pages that only one side has. */
  const alone = (cursor: Cursor, count: number, isZero: IsZero, tell: 'removed' | 'added'): void => {
    const { page, vma } = cursor;
    const bytes = cursor.take(count);
    for (let index = 0; index < count; index++) {
      const one = bytes.subarray(index * pageSize, (index + 1) * pageSize);
      if (one.equals(zeros) && isZero(page + index)) visitor.same(page + index, 1, one, vma);
      else visitor[tell](page + index, one, vma);
    }
  };
  for (;;) {
    const [page, other] = [left.page, right.page];
    if (page === Infinity && other === Infinity) return;
    if (page < other) alone(left, Math.min(left.count, other - page), after.isZero, 'removed');
    else if (other < page) alone(right, Math.min(right.count, page - other), before.isZero, 'added');
    else both(left, right, pageSize, visitor);
  }
}

function both(left: Cursor, right: Cursor, pageSize: number, visitor: PageVisitor): void {
  const count = Math.min(left.count, right.count);
  const { page, vma } = left;
  const [one, other] = [left.take(count), right.take(count)];
  if (one.equals(other)) {
    visitor.same(page, count, one, vma);
    return;
  }
  for (let index = 0; index < count; index++) {
    const [from, end] = [index * pageSize, (index + 1) * pageSize];
    if (one.compare(other, from, end, from, end) === 0) visitor.same(page + index, 1, one.subarray(from, end), vma);
    else visitor.changed(page + index, one.subarray(from, end), other.subarray(from, end), vma);
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
