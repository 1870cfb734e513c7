import type { Output } from '../codec/output.ts';

/** Puts newlines and blanks where Python's json module puts them: with an indent of four, or on one line. */
export class DocumentLayout {
  readonly #output: Output;
  readonly #isIndented: boolean;

  constructor(output: Output, isIndented: boolean) {
    this.#output = output;
    this.#isIndented = isIndented;
  }

  /** What stands before an item of a list or object at a depth. */
  item(depth: number, isFirst: boolean): void {
    if (this.#isIndented) this.#output.appendText(`${isFirst ? '' : ','}\n${blanks(depth)}`);
    else if (!isFirst) this.#output.appendText(', ');
  }

  /** What stands before the bracket that closes at a depth. */
  close(depth: number, isEmpty: boolean): void {
    if (this.#isIndented && !isEmpty) this.#output.appendText(`\n${blanks(depth)}`);
  }

  /** Opens an object at a depth again, whose closing brace is what was written last, for one more item. */
  reopen(depth: number): void {
    const { bytes } = this.#output;
    const isEmpty = bytes[this.#output.length - 2] === OPENING_BRACE;
    this.#output.length -= this.#isIndented && !isEmpty ? 2 + 4 * depth : 1;
    this.item(depth + 1, isEmpty);
  }
}

const OPENING_BRACE = 123;

function blanks(depth: number): string {
  return ' '.repeat(4 * depth);
}
