import { FieldError } from '../../codec/field-error.ts';
import { show } from '../../codec/parse-value.ts';
import { PythonLayout } from '../../codec/python-layout.ts';
import { ITEM_DEPTH, type DocumentTarget, type Extra, type ExtraWriter } from './extra.ts';
import { padded, partsOf } from './extra-size.ts';
import { checkPadding, isZero, jsonInside, sized, withPadding } from './extra-value.ts';
import { knownPayload } from './known-payload.ts';

/** The values of the semaphores of a set. */
export type IpcSem = number[];

/** Unsigned 16-bit numbers, padded to 8 bytes. */
export const ipcSem: Extra = {
  size: (entry) => padded(entry.get('nsems') * 2, 8),
  write(size, bytes, _, output) {
    const [length = 0] = partsOf(size);
    if (!isZero(bytes.subarray(length))) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const values = Array.from({ length: length / 2 }, (__, index) => view.getUint16(index * 2, true));
    output.appendText(`[${values.join(',')}]`);
    return true;
  },
  encode(size, value) {
    const [length = 0] = partsOf(size);
    const bytes = sized(valueBytes(value), length, 'extra');
    return size.kind === 'bytes' ? withPadding(bytes, size.size) : bytes;
  },
  jsonSchema: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 0xffff } },
  writer: (size, target) => new NumbersWriter(partsOf(size)[0] ?? 0, target),
  fromDocument: jsonInside,
  payload: knownPayload,
};

function valueBytes(value: unknown): Uint8Array {
  if (!Array.isArray(value)) throw new FieldError(`${show(value)} is not a list of numbers`, 'extra');
  const bytes = Buffer.alloc(value.length * 2);
  for (const [index, each] of value.entries()) {
    if (typeof each !== 'number' || !Number.isInteger(each) || each < 0 || each > 0xffff) {
      throw new FieldError(`${show(each)} is not a number from 0 to 65535`, `extra[${index}]`);
    }
    bytes.writeUInt16LE(each, index * 2);
  }
  return bytes;
}

/** The values in a document. */
class NumbersWriter implements ExtraWriter {
  readonly #target: DocumentTarget;
  readonly #layout: PythonLayout;
  #left: number;
  #isFirst = true;
  /** The first byte of a number whose second has not come yet. */
  #half: number | undefined;

  constructor(length: number, target: DocumentTarget) {
    this.#left = length;
    this.#target = target;
    this.#layout = new PythonLayout(target.output, target.style.human);
    target.output.appendText('[');
  }

  push(bytes: Uint8Array): void {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    for (const byte of bytes.subarray(0, taken)) {
      if (this.#half === undefined) {
        this.#half = byte;
        continue;
      }
      this.#layout.item(ITEM_DEPTH, this.#isFirst);
      this.#target.output.appendText(String(this.#half | (byte << 8)));
      this.#isFirst = false;
      this.#half = undefined;
    }
    checkPadding(bytes.subarray(taken), this.#target);
  }

  end(): void {
    this.#layout.close(ITEM_DEPTH - 1, this.#isFirst);
    this.#target.output.appendText(']');
  }
}
