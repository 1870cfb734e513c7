import type { MessageType } from '../schema/schema.ts';
import { encodeMessage } from './encode.ts';
import { FieldError } from './field-error.ts';
import { normalize } from './normalize.ts';
import type { Output } from './output.ts';
import { parseBase64 } from './parse-value.ts';
import { WireError } from './wire.ts';

/** Writes values as messages of one type. */
export class MessageEncoder {
  readonly #type: MessageType;

  constructor(type: MessageType) {
    this.#type = type;
  }

  /**
   * Appends the bytes of a message, as CRIU writes it.
   *
   * `wire`: bytes in base64 that are written instead where they mean the same. Throws a FieldError where the value does not
   * fit the message; the output is then as before.
   */
  encode(value: unknown, output: Output, wire?: unknown): void {
    const start = output.length;
    encodeMessage(this.#type, value, output);
    if (wire === undefined) return;
    const bytes = this.choose(output.view().subarray(start), wire);
    output.length = start;
    output.append(bytes);
  }

  /** The bytes of `wire`, where they mean the same as an encoded message; otherwise those. */
  choose(encoded: Uint8Array, wire: unknown): Buffer {
    const bytes = parseBase64(wire);
    return Buffer.from(Buffer.compare(this.#normal(bytes), encoded) === 0 ? bytes : encoded);
  }

  #normal(bytes: Uint8Array): Uint8Array {
    try {
      return normalize(this.#type, bytes, 0, bytes.length).merged;
    } catch (error) {
      throw error instanceof WireError ? new FieldError(`not a message of its type: ${error.reason}`, 'wire') : error;
    }
  }
}
