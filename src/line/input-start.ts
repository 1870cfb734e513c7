/** The first bytes of an input, held until they tell whether it holds lines or is a document of CRIT. */
import { beginsDocument } from '../document/document-reader.ts';

/** Bytes from which it can be told. */
const ENOUGH = 512;

export class InputStart {
  #isDocument: boolean | undefined;
  #held: Buffer = Buffer.alloc(0);

  /** Whether it is a document; undefined until that is known. */
  get isDocument(): boolean | undefined {
    return this.#isDocument;
  }

  /** The bytes that can go on. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    if (this.#isDocument !== undefined) {
      yield chunk;
      return;
    }
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#held.length === 0) {
      // Blanks tell nothing. There may be millions of them, which count as lines all the same.
      const blanks = blanksIn(bytes);
      if (blanks > 0) yield bytes.subarray(0, blanks);
      bytes = bytes.subarray(blanks);
    } else bytes = Buffer.concat([this.#held, bytes]);
    this.#isDocument = beginsDocument(bytes.toString('latin1', 0, ENOUGH));
    if (this.#isDocument === undefined && bytes.length >= ENOUGH) this.#isDocument = false;
    this.#held = this.#isDocument === undefined ? Buffer.from(bytes) : Buffer.alloc(0);
    if (this.#isDocument !== undefined) yield bytes;
  }

  /** What was held, where there is no more. */
  *end(): Generator<Uint8Array, void, undefined> {
    this.#isDocument ??= false;
    if (this.#held.length > 0) yield this.#held;
  }
}

function blanksIn(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && isBlank(bytes[count])) count++;
  return count;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 10 || byte === 32 || byte === 13 || byte === 9;
}
