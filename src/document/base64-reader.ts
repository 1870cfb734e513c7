import { CritError } from '../error.ts';

/** What may stand between characters of base64 in a JSON string: escaped newlines, and blanks. */
const BREAK = /\\[nr]|\s/g;
const GROUP = 4;

/** The text of a JSON string that holds base64, in chunks of any size, to bytes. */
export class Base64Reader {
  readonly #onBytes: (bytes: Uint8Array) => void;
  #bytes: Buffer = Buffer.alloc(0);
  /** The beginning of a group of four characters, or of an escape. */
  #held = '';
  #isPadded = false;

  /** The bytes are valid until the call returns. */
  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.#onBytes = onBytes;
  }

  /** Throws a CritError where the text is no base64. */
  push(text: Uint8Array): void {
    const chunk = this.#held + Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
    const end = chunk.endsWith('\\') ? chunk.length - 1 : chunk.length;
    const plain = chunk.slice(0, end).replace(BREAK, '').replaceAll('\\/', '/');
    const whole = plain.length - (plain.length % GROUP);
    this.#held = plain.slice(whole) + chunk.slice(end);
    if (whole > 0) this.#decode(plain.slice(0, whole));
  }

  /** Says that the string ends here. */
  end(): void {
    if (this.#held !== '') notBase64();
  }

  #decode(text: string): void {
    if (this.#isPadded) notBase64();
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    const size = (text.length / GROUP) * 3 - padding;
    if (this.#bytes.length < size) this.#bytes = Buffer.allocUnsafeSlow(size + 3);
    // What is no base64 is skipped, so that fewer bytes come out; padding ends it.
    if (this.#bytes.write(text, 'base64') !== size || NOT_STANDARD.test(text)) notBase64();
    this.#isPadded = padding > 0;
    this.#onBytes(this.#bytes.subarray(0, size));
  }
}

/** Characters of the URL form, which Buffer takes too. */
const NOT_STANDARD = /[-_]/;

function notBase64(): never {
  throw new CritError('value', 'extra: not base64');
}
