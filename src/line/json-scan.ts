/** Reads over the text of one JSON object, byte by byte, and tells where the lists of its own keys begin and where it ends. */

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

export class JsonScan {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** The string that was read last at the top of the object, where it can be a key. */
  #string = '';
  #isKey = false;
  /** Whether a key of the object is written with escapes, which `key` does not understand. */
  hasEscapes = false;
  /** What was last read but blanks and strings. */
  #mark = 0;

  /** The key of the list that has begun; its text is as it stands there. */
  get key(): string {
    return this.#string;
  }

  /** Takes a byte: `list` where the list of a key begins, `end` where the object ends. */
  next(byte: number): 'list' | 'end' | undefined {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#isInString = false;
        return undefined;
      }
      if (this.#isKey && byte === BACKSLASH) this.hasEscapes = true;
      if (this.#isKey && this.#string.length < 256) this.#string += String.fromCharCode(byte);
      return undefined;
    }
    switch (byte) {
      case QUOTE:
        this.#isInString = true;
        this.#isKey = this.#depth === 1 && this.#mark !== COLON;
        if (this.#isKey) this.#string = '';
        return undefined;
      case OPENING_BRACKET:
      case OPENING_BRACE: {
        const isList = byte === OPENING_BRACKET && this.#depth === 1 && this.#mark === COLON;
        this.#depth++;
        this.#mark = byte;
        return isList ? 'list' : undefined;
      }
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        this.#mark = byte;
        return --this.#depth === 0 ? 'end' : undefined;
      case COLON:
      case COMMA:
        this.#mark = byte;
    }
    return undefined;
  }
}
