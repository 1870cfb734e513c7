/**
 * Documents of CRIT, `{"magic": "..", "entries": [..]}`, to their entries, one at a time.
 *
 * The text is scanned for braces and quotes only, so that a document of any length is read in the memory of one entry. The
 * "extra" of an entry, where it is one string and stands last, is passed on as it comes once it is long.
 */
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { isObject, parseJson } from '../codec/json.ts';
import { LINE_LIMIT, SHORT_LINE_LIMIT } from '../image/limits.ts';

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
/** Bytes that are looked at before a long extra is noticed. */
const STEP = 256 * 1024;
/** Depth inside of an entry. */
const IN_ENTRY = 3;
/** From this length of an entry's text on, its extra is passed on as it comes. */
const LONG = 1024 * 1024;
const BEFORE_EXTRA = /"extra"\s*:\s*$/;

/** Whether a text is, or may become, the beginning of such a document; undefined where it is too short to tell. */
export function beginsDocument(text: string): boolean | undefined {
  const compact = text.replace(/\s+/g, '');
  const magicAt = '{"magic":"';
  const entriesAt = '","entries":';
  const found = beginsWith(compact, magicAt);
  if (!found) return found;
  const quote = compact.indexOf('"', magicAt.length);
  return quote < 0 ? (text.length < 512 ? undefined : false) : beginsWith(compact.slice(quote), entriesAt);
}

function beginsWith(text: string, beginning: string): boolean | undefined {
  return text.startsWith(beginning) || (beginning.startsWith(text) ? undefined : false);
}

/** Whether it can stand in a number or a word. */
function isWord(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122);
}

export interface DocumentHandler {
  onMagic(magic: string): void;
  onEntry(entry: Record<string, unknown>, number: number): void;
  /** An entry whose extra follows as the text between its quotes, in chunks that are valid until the call returns. */
  onLongEntry(entry: Record<string, unknown>, number: number): void;
  onExtra(text: Uint8Array, number: number): void;
  onExtraEnd(number: number): void;
}

export class DocumentReader {
  readonly #handler: DocumentHandler;
  /** The text between two entries, or of the entry that is being read. */
  readonly #text = new Output(4096, LINE_LIMIT);
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** Where the string that is being read begins in the text. */
  #stringAt = 0;
  /** Where the number or word that is being read begins, or something before it. */
  #wordAt = 0;
  /** Whether a long extra is being read, or has been in this entry. */
  #isLong = false;
  #wasLong = false;
  #state: 'head' | 'entries' | 'tail' = 'head';
  #entry = 0;
  #hasComma = true;

  constructor(handler: DocumentHandler) {
    this.#handler = handler;
  }

  /** Throws a CritError where the text is no such document. */
  push(chunk: Uint8Array): void {
    // In small steps, so that a long extra is noticed as such, whatever the size of the chunk.
    for (let at = 0; at < chunk.length; at += STEP) this.#scan(chunk.subarray(at, at + STEP));
  }

  #scan(chunk: Uint8Array): void {
    if (this.#state === 'head') this.#checkBeginning(chunk);
    let from = this.#isLong ? this.#passExtra(chunk) : 0;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          this.#wordAt = this.#text.length + at - from;
        }
        continue;
      }
      if (byte > SPACE && !isWord(byte)) this.#wordAt = this.#text.length + at - from;
      if (byte === QUOTE) {
        this.#inString = true;
        this.#stringAt = this.#text.length + at - from;
      } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
        this.#depth++;
        if (this.#state === 'head' && byte === OPENING_BRACKET && this.#depth === 2) {
          this.#append(chunk.subarray(from, at + 1));
          from = at + 1;
          this.#head();
        }
      } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        this.#depth--;
        if (this.#state === 'entries' && byte === CLOSING_BRACE && this.#depth === 2) {
          this.#append(chunk.subarray(from, at + 1));
          from = at + 1;
          this.#takeEntry();
        } else if (this.#state === 'entries' && this.#depth < 2) {
          this.#append(chunk.subarray(from, at));
          from = at + 1;
          this.#between(byte === CLOSING_BRACKET);
          this.#state = 'tail';
        }
      } else if (byte === COMMA && this.#state === 'entries' && this.#depth === 2) {
        this.#append(chunk.subarray(from, at));
        from = at + 1;
        this.#between(!this.#hasComma);
        this.#hasComma = true;
      }
    }
    this.#append(chunk.subarray(from));
    if (!this.#inString && this.#text.length - this.#wordAt > SHORT_LINE_LIMIT)
      throw new CritError('limit', `a number or blanks of more than ${SHORT_LINE_LIMIT >> 20} MiB`, {
        entry: this.#entry + 1,
      });
    if (this.#text.length > LONG) this.#beginLong();
  }

  /** What is no JSON at all, such as an image, has no brackets that would show it soon. */
  #checkBeginning(chunk: Uint8Array): void {
    if (this.#depth > 0) return;
    const byte = chunk.find((each) => each > SPACE);
    if (byte !== undefined && byte !== OPENING_BRACE)
      throw new CritError('line', 'not a JSON document: it must begin with {"magic": .., "entries": [');
  }

  #append(text: Uint8Array): void {
    if (this.#text.length + text.length > LINE_LIMIT) {
      const most = `more than the ${LINE_LIMIT >> 20} MiB that it may have; an extra that is one string may be longer, where it stands last`;
      throw new CritError('limit', `an entry whose text has ${most}`, { entry: this.#entry + 1 });
    }
    this.#text.append(text);
  }

  /** Passes an entry on whose extra is being read, where it is. */
  #beginLong(): void {
    if (!this.#inString || this.#depth !== IN_ENTRY || this.#state !== 'entries') return;
    const text = this.#text.view();
    const before = text.subarray(0, this.#stringAt);
    if (!BEFORE_EXTRA.test(before.subarray(-100).toString('latin1'))) return;
    const entry = this.#parseEntry(`${before.toString('utf8')}null}`);
    delete entry['extra'];
    this.#handler.onLongEntry(entry, this.#entry);
    this.#handler.onExtra(text.subarray(this.#stringAt + 1), this.#entry);
    this.#text.length = this.#wordAt = 0;
    this.#text.shrink(256 * 1024);
    this.#isLong = this.#wasLong = true;
  }

  /** Passes a long extra on, as far as it is there; gives where that ends. No quote is part of base64. */
  #passExtra(chunk: Uint8Array): number {
    const quote = chunk.indexOf(QUOTE);
    this.#handler.onExtra(quote < 0 ? chunk : chunk.subarray(0, quote), this.#entry);
    if (quote < 0) return chunk.length;
    this.#isLong = this.#inString = false;
    this.#handler.onExtraEnd(this.#entry);
    return quote + 1;
  }

  /** Says that the document ends here. */
  end(): void {
    const rest = this.#text.view().toString('utf8').trim();
    if (this.#state !== 'tail' || this.#depth !== 0) throw new CritError('truncated', 'the document is cut off');
    if (rest !== '}') throw new CritError('line', 'more text behind "entries", which must be the last key');
  }

  #head(): void {
    const text = `${this.#text.view().toString('utf8')}]}`;
    this.#text.length = this.#wordAt = 0;
    const document = parseJson(text);
    if (!isObject(document) || typeof document['magic'] !== 'string')
      throw new CritError('line', 'a document whose first key is not "magic", before "entries"');
    this.#handler.onMagic(document['magic']);
    this.#state = 'entries';
  }

  #takeEntry(): void {
    const text = this.#text.view().toString('utf8');
    this.#text.length = this.#wordAt = 0;
    this.#text.shrink(256 * 1024);
    if (!this.#wasLong) {
      const entry = this.#parseEntry(text);
      this.#handler.onEntry(entry, this.#entry);
    } else if (text.trim() !== '}') {
      throw new CritError('limit', 'a long extra, which must be the last key of its entry', { entry: this.#entry });
    }
    this.#wasLong = false;
  }

  #parseEntry(text: string): Record<string, unknown> {
    this.#entry++;
    if (!this.#hasComma) throw new CritError('line', 'no comma between two entries', { entry: this.#entry });
    this.#hasComma = false;
    let entry: unknown;
    try {
      entry = parseJson(text);
    } catch (error) {
      throw error instanceof CritError ? error.at({ entry: this.#entry }) : error;
    }
    if (!isObject(entry)) throw new CritError('line', 'an entry that is no object', { entry: this.#entry });
    return entry;
  }

  /** Nothing but blanks may stand between entries, but for one comma. */
  #between(isExpected: boolean): void {
    const text = this.#text.view().toString('utf8').trim();
    this.#text.length = this.#wordAt = 0;
    if (text !== '')
      throw new CritError('line', `an entry that is no object: ${text.slice(0, 40)}`, { entry: this.#entry + 1 });
    if (!isExpected || (this.#hasComma && this.#entry > 0))
      throw new CritError('line', 'a comma or bracket where none belongs', { entry: this.#entry + 1 });
  }
}
