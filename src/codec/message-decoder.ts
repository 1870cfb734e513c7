import { CritError } from '../error.ts';
import type { MessageType } from '../schema/schema.ts';
import { decoderInPieces, decoderOf, type Decoder } from './decode.ts';
import { normalize, type Normalized } from './normalize.ts';
import { Output } from './output.ts';
import type { Style } from './style.ts';
import { WireError } from './wire.ts';

/** Writes messages of one type as JSON. */
export class MessageDecoder {
  readonly #type: MessageType;
  readonly #style: Style;
  readonly #decoder: Decoder;
  readonly #depth: number;

  /** `depth`: how much deeper than an entry the messages stand, where the style is indented. */
  constructor(type: MessageType, style: Style, depth: number = 0) {
    this.#type = type;
    this.#style = style;
    this.#decoder = decoderOf(type, style);
    this.#depth = depth;
  }

  /**
   * Writes the message between two positions.
   *
   * Gives whether encoding that JSON gives the same bytes again: false for a message that is valid, but not written as CRIU
   * writes it. Throws a CritError where it is not a message of that type, with its offset in `bytes`, to which `origin` is
   * added; the output is then as before.
   */
  decode(bytes: Uint8Array, from: number, end: number, output: Output, origin: number): boolean {
    const start = output.length;
    if (this.#decoder.decode(bytes, from, end, output, this.#depth, true)) return true;
    output.length = start;
    const { unknownLast, merged } = this.#normalized(bytes, from, end, origin);
    if (this.#decoder.decode(unknownLast, 0, unknownLast.length, output, this.#depth, false))
      return Buffer.compare(merged, bytes.subarray(from, end)) === 0;
    throw this.#mistake();
  }

  /**
   * The same for a large message, whose text is passed on before its end: yields where the output should be emptied. Nothing
   * has been written where it throws, which it also does where the text has more than `most` bytes, or more than `mostUnlike`
   * where the message is not written as CRIU writes it.
   */
  *decodeInPieces(
    bytes: Uint8Array,
    from: number,
    end: number,
    output: Output,
    { origin, most, mostUnlike }: { readonly origin: number; readonly most: number; readonly mostUnlike: number },
  ): Generator<void, boolean, void> {
    const decode = decoderInPieces(this.#type, this.#style);
    const length = this.#lengthOf(bytes, from, end, true);
    if (length !== undefined) {
      checkLength(length, most);
      yield* decode(bytes, from, end, output, this.#depth, true);
      return true;
    }
    const { unknownLast, merged } = this.#normalized(bytes, from, end, origin);
    const normalLength = this.#lengthOf(unknownLast, 0, unknownLast.length, false);
    if (normalLength === undefined) throw this.#mistake();
    checkLength(normalLength, mostUnlike);
    yield* decode(unknownLast, 0, unknownLast.length, output, this.#depth, false);
    return Buffer.compare(merged, bytes.subarray(from, end)) === 0;
  }

  /** Bytes of the text of a message; undefined where it is not as CRIU writes it. */
  #lengthOf(bytes: Uint8Array, from: number, end: number, sorted: boolean): number | undefined {
    const output = new Output();
    let length = 0;
    const pieces = decoderInPieces(this.#type, this.#style)(bytes, from, end, output, this.#depth, sorted);
    for (;;) {
      const { done, value } = pieces.next();
      if (done) return value ? length + output.length : undefined;
      length += output.length;
      output.length = 0;
    }
  }

  #normalized(bytes: Uint8Array, from: number, end: number, origin: number): Normalized {
    try {
      return normalize(this.#type, bytes, from, end);
    } catch (error) {
      if (error instanceof WireError) throw new CritError('format', error.reason, { offset: origin + error.offset });
      throw error;
    }
  }

  #mistake(): TypeError {
    return new TypeError(`the decoder of ${this.#type.name} does not take its normal form`);
  }
}

function checkLength(length: number, most: number): void {
  if (length > most)
    throw new CritError('limit', `an entry of ${length} bytes of text; ${Math.ceil(most / 2 ** 20)} MiB is the most`);
}
