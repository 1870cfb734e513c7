import { CritError } from '../error.ts';
import type { MessageType } from '../schema/schema.ts';
import { decoderOf, type Decoder } from './decode.ts';
import { normalize } from './normalize.ts';
import type { Output } from './output.ts';
import type { Style } from './style.ts';
import { WireError } from './wire.ts';

/** Writes messages of one type as JSON. */
export class MessageDecoder {
  readonly #type: MessageType;
  readonly #decoder: Decoder;
  readonly #depth: number;

  /** `depth`: how much deeper than an entry the messages stand, where the style is indented. */
  constructor(type: MessageType, style: Style, depth: number = 0) {
    this.#type = type;
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
    try {
      const { unknownLast, merged } = normalize(this.#type, bytes, from, end);
      if (!this.#decoder.decode(unknownLast, 0, unknownLast.length, output, this.#depth, false)) {
        throw new TypeError(`the decoder of ${this.#type.name} does not take its normal form`);
      }
      return Buffer.compare(merged, bytes.subarray(from, end)) === 0;
    } catch (error) {
      output.length = start;
      if (error instanceof WireError) throw new CritError('format', error.reason, { offset: origin + error.offset });
      throw error;
    }
  }
}
