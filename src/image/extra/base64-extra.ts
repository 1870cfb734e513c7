import { PythonBase64Writer } from '../../codec/python-text.ts';
import type { DocumentTarget, Extra, ExtraWriter } from './extra.ts';
import { partsOf, type ExtraSize } from './extra-size.ts';
import { BASE64_SCHEMA, bytesOf, checkPadding, isZero, sized, withPadding, writeBase64 } from './extra-value.ts';
import { knownPayload } from './known-payload.ts';

/** Bytes that are one string of base64, in lines and in documents; padding that follows them is not shown. */
export const BASE64: Omit<Extra, 'size'> = {
  write(size, bytes, _, output) {
    const length = shownLength(size, bytes.length);
    if (!isZero(bytes.subarray(length))) return false;
    writeBase64(bytes.subarray(0, length), output);
    return true;
  },
  encode(size, value) {
    const bytes = bytesOf(value, 'extra');
    return size.kind === 'bytes' ? withPadding(sized(bytes, shownLength(size, 0), 'extra'), size.size) : bytes;
  },
  jsonSchema: BASE64_SCHEMA,
  writer: (size, target) => new StringWriter(shownLength(size, Infinity), target),
  // CRIT has an empty string for an extra of no bytes, whether there is one or not.
  fromDocument: (value) => (value === '' ? undefined : value),
  stringPadding: () => 0,
  payload: knownPayload,
};

/** Bytes that are no padding, `otherwise` where the size does not say how many there are. */
function shownLength(size: ExtraSize, otherwise: number): number {
  return size.kind === 'bytes' ? partsOf(size).reduce((sum, part) => sum + part, 0) : otherwise;
}

/** Base64 of so many bytes; what comes behind them is padding. */
class StringWriter implements ExtraWriter {
  readonly #writer: PythonBase64Writer;
  readonly #target: DocumentTarget;
  #left: number;

  constructor(length: number, target: DocumentTarget) {
    this.#left = length;
    this.#target = target;
    this.#writer = new PythonBase64Writer(target.output);
  }

  push(bytes: Uint8Array): void {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    this.#writer.push(bytes.subarray(0, taken));
    checkPadding(bytes.subarray(taken), this.#target);
  }

  end(): void {
    this.#writer.end();
  }
}
