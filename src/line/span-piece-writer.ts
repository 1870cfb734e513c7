/** Raw bytes to piece lines, cut where one span of the image ends and another begins, each with its own places. */
import type { ImageLines } from './image-lines.ts';
import { PieceWriter, type Places } from './piece-writer.ts';

/** Bytes of an image that belong together; what is between spans has no place. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly places: Places;
}

const NO_PLACES: Places = () => undefined;

export class SpanPieceWriter {
  readonly #writer: PieceWriter;
  readonly #spans: Iterator<Span>;
  #span: Span | undefined;
  #offset: number;
  /** Where the lines that are being written must end. */
  #border: number;

  /** The spans come in the order of their bytes, which come from an offset on. */
  constructor(lines: ImageLines, spans: Iterable<Span>, offset = 0) {
    this.#offset = this.#border = offset;
    this.#writer = new PieceWriter(lines);
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
    this.#writer.move(this.#offset, isInside && span ? span.places : NO_PLACES);
  }

  #next(): Span | undefined {
    const { done, value } = this.#spans.next();
    return done === true ? undefined : value;
  }
}
