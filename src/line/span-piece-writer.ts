/** Raw bytes to piece lines, cut where one span of the image ends and another begins, each with its own tail. */
import type { Output } from '../codec/output.ts';
import { PieceWriter, type Tail } from './piece-writer.ts';

/** Bytes of an image that belong together; what is between spans has no tail. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly tail: Tail;
}

const NO_TAIL: Tail = () => '';

export class SpanPieceWriter {
  readonly #writer: PieceWriter;
  readonly #spans: Iterator<Span>;
  #span: Span | undefined;
  #offset = 0;
  /** Where the lines that are being written must end. */
  #border = 0;

  /** The spans come in the order of their bytes. */
  constructor(output: Output, head: Uint8Array, spans: Iterable<Span>) {
    this.#writer = new PieceWriter(output, head);
    this.#spans = spans[Symbol.iterator]();
    this.#span = this.#next();
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#offset === this.#border) this.#cross();
      const count = Math.min(bytes.length - at, this.#border - this.#offset);
      this.#writer.push(bytes.subarray(at, at + count));
      this.#offset += count;
      at += count;
    }
  }

  end(): void {
    this.#writer.end();
  }

  #cross(): void {
    let span = this.#span;
    while (span && span.end <= this.#offset) span = this.#next();
    this.#span = span;
    const isInside = span !== undefined && span.start <= this.#offset;
    this.#border = !span ? Infinity : isInside ? span.end : span.start;
    this.#writer.move(this.#offset, isInside && span ? span.tail : NO_TAIL);
  }

  #next(): Span | undefined {
    const { done, value } = this.#spans.next();
    return done === true ? undefined : value;
  }
}
