import type { Output } from './output.ts';

/** The deepest item that is written here. */
const MOST = 4;
const OPENING_BRACE = 123;

/** Puts newlines and blanks where Python's json module puts them: with an indent of four, or on one line. */
export class PythonLayout {
  readonly #output: Output;
  readonly #isIndented: boolean;
  /** What stands before the first item at each depth, and before the others. */
  readonly #first: readonly Buffer[];
  readonly #next: readonly Buffer[];

  constructor(output: Output, isIndented: boolean) {
    this.#output = output;
    this.#isIndented = isIndented;
    const margins = Array.from({ length: MOST + 1 }, (_, depth) => (isIndented ? `\n${' '.repeat(4 * depth)}` : ''));
    this.#first = margins.map((margin) => Buffer.from(margin));
    this.#next = margins.map((margin) => Buffer.from(isIndented ? `,${margin}` : ', '));
  }

  /** What stands before an item of a list or object at a depth. */
  item(depth: number, isFirst: boolean): void {
    this.#put(isFirst ? this.#first[depth] : this.#next[depth]);
  }

  /** What stands before the bracket that closes at a depth. */
  close(depth: number, isEmpty: boolean): void {
    if (!isEmpty) this.#put(this.#first[depth]);
  }

  /** Opens an object at a depth again, whose closing brace is what was written last, for one more item. */
  reopen(depth: number): void {
    const { bytes } = this.#output;
    const isEmpty = bytes[this.#output.length - 2] === OPENING_BRACE;
    this.#output.length -= this.#isIndented && !isEmpty ? 2 + 4 * depth : 1;
    this.item(depth + 1, isEmpty);
  }

  #put(text: Buffer | undefined): void {
    if (text && text.length > 0) this.#output.append(text);
  }
}
