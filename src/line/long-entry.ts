/**
 * The entry of a long line to its bytes, as its text comes: lists of messages are encoded one message after another, and
 * everything else, of which there is little, is held as text to the end.
 *
 * What it gives is what the entry would be encoded to as a whole; where it cannot be, it throws.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { encodeMessage } from '../codec/encode.ts';
import { FieldError } from '../codec/field-error.ts';
import { tagOf } from '../codec/field-tag.ts';
import { parseJson } from '../codec/json.ts';
import { Output } from '../codec/output.ts';
import { parserOf, type Cursor, type Parser } from '../codec/parse.ts';
import { fields, putVarint32 } from '../codec/wire.ts';
import { CritError } from '../error.ts';
import type { MessageField, MessageType } from '../schema/schema.ts';
import { JsonScan } from './json-scan.ts';

/** Bytes of encoded messages that are held together. */
const PART = 64 * 1024;

/** A list whose messages are being read. */
interface OpenList {
  readonly field: MessageField;
  readonly tag: readonly number[];
  readonly parser: Parser;
  readonly parts: Buffer[];
  count: number;
}

export class LongEntry {
  readonly #type: MessageType;
  /** Text that has come and was not taken yet. */
  readonly #waiting = new Output(PART);
  /** The entry without the messages in its lists, and then what follows it in the line. */
  readonly #rest = new Output(4096);
  readonly #scan = new JsonScan();
  readonly #lists = new Map<number, OpenList>();
  readonly #part = new Output(PART);
  readonly #message = new Output(1024);
  readonly #cursor: Cursor = { position: 0, depth: 0 };
  #list: OpenList | undefined;
  /** How much text must wait before it is looked at. */
  #enough = 0;
  /** Where in `#rest` the entry ends. */
  #end: number | undefined;

  /** Whether entries of a type have lists that can be long. */
  static takes(type: MessageType): boolean {
    return type.fields.some((field) => field.label === 'repeated' && field.kind === 'message');
  }

  constructor(type: MessageType) {
    this.#type = type;
  }

  /** Takes text, from the first byte of the entry on, to the end of its line. */
  push(text: Uint8Array): void {
    for (let at = 0; at < text.length; at += PART) {
      this.#waiting.append(text.subarray(at, at + PART));
      if (this.#waiting.length >= this.#enough) this.#take();
    }
  }

  #take(): void {
    const waiting = this.#waiting;
    const bytes = waiting.view();
    let at = 0;
    for (let used = -1, list = this.#list; (used !== 0 || list !== this.#list) && at < bytes.length; at += used) {
      list = this.#list;
      used = list ? this.#takeMessages(list, bytes.subarray(at)) : this.#takeRest(bytes.subarray(at));
    }
    bytes.copyWithin(0, at);
    waiting.length -= at;
    // A message that is long itself is not looked at again and again.
    this.#enough = 2 * waiting.length;
  }

  /** The line has ended. Gives the bytes of the entry, in parts, and the text behind it. */
  finish(): { readonly parts: Buffer[]; readonly behind: string } {
    this.#take();
    if (this.#scan.hasEscapes && this.#lists.size > 0)
      throw new CritError('line', 'a key that is written with escapes, in a long line');
    if (this.#end === undefined || this.#waiting.length > 0) throw new CritError('line', 'not JSON: it is cut off');
    const rest = this.#rest.view();
    const behind = textOf(rest.subarray(this.#end));
    this.#message.length = 0;
    encodeMessage(this.#type, parseJson(textOf(rest.subarray(0, this.#end))), this.#message);
    const others = this.#message.take();
    const parts: Buffer[] = [];
    let from = 0;
    for (const [number, list] of [...this.#lists].sort(([a], [b]) => a - b)) {
      const next = [...fields(others, 0, others.length)].find((field) => field.number > number)?.start ?? others.length;
      parts.push(others.subarray(from, next), ...list.parts.splice(0));
      from = next;
    }
    parts.push(others.subarray(from));
    return { parts, behind };
  }

  /** Takes text outside of lists, up to the beginning of one. */
  #takeRest(bytes: Buffer): number {
    if (this.#end !== undefined) {
      this.#rest.append(bytes);
      return bytes.length;
    }
    const scan = this.#scan;
    for (let at = 0; at < bytes.length; at++) {
      const found = scan.next(bytes[at] ?? 0);
      if (found === 'list' && this.#open(scan.key)) {
        this.#rest.append(bytes.subarray(0, at + 1));
        return at + 1;
      }
      if (found === 'end') {
        this.#rest.append(bytes.subarray(0, at + 1));
        this.#end = this.#rest.length;
        return at + 1;
      }
    }
    this.#rest.append(bytes);
    return bytes.length;
  }

  /** Opens the list of a key. As everywhere, the last of two keys of the same name counts. */
  #open(key: string): boolean {
    const field = this.#type.byName.get(key);
    if (field?.label !== 'repeated' || field.kind !== 'message') return false;
    this.#list = { field, tag: tagOf(field), parser: parserOf(field.type), parts: [], count: 0 };
    this.#lists.set(field.number, this.#list);
    return true;
  }

  /** Takes messages of a list, as many as are there, and its end. */
  #takeMessages(list: OpenList, bytes: Buffer): number {
    const text = isAscii(bytes) ? bytes.toString('latin1') : undefined;
    let at = 0;
    for (;;) {
      let from = skipBlanks(bytes, at);
      if (bytes[from] === CLOSING_BRACKET) {
        this.#close(list);
        // The scan goes on with the bracket.
        return from;
      }
      if (list.count > 0) {
        if (from < bytes.length && bytes[from] !== COMMA)
          throw this.#wrong(list, 'neither a comma nor the end of the list');
        from = skipBlanks(bytes, from + 1);
      }
      if (from >= bytes.length) return at;
      if (bytes[from] === COMMA || bytes[from] === CLOSING_BRACKET) throw this.#wrong(list, 'a comma too many');
      if (bytes[from] !== OPENING_BRACE) throw new FieldError('not an object', `${list.field.name}[${list.count}]`);
      const end = this.#takeMessage(list, bytes, text, from);
      if (end === undefined) return at;
      at = end;
    }
  }

  /** Takes one message; gives where it ends, undefined where its end has not come. */
  #takeMessage(list: OpenList, bytes: Buffer, text: string | undefined, from: number): number | undefined {
    const cursor = this.#cursor;
    cursor.position = from;
    cursor.depth = 1;
    const quick = text === undefined ? undefined : list.parser.parse(bytes, text, cursor);
    if (quick) {
      this.#encode(list, quick);
      return cursor.position;
    }
    const end = endOfObject(bytes, from);
    if (end === undefined) return undefined;
    try {
      this.#encode(list, parseJson(textOf(bytes.subarray(from, end))));
    } catch (error) {
      throw error instanceof CritError && error.code === 'line' ? this.#wrong(list, error.reason) : error;
    }
    return end;
  }

  #encode(list: OpenList, value: unknown): void {
    const { field } = list;
    const message = this.#message;
    message.length = 0;
    try {
      encodeMessage(field.type, value, message, 1);
    } catch (error) {
      throw error instanceof FieldError ? error.within(`${field.name}[${list.count}]`) : error;
    }
    const part = this.#part;
    const bytes = part.room(part.length, message.length + 16);
    for (const byte of list.tag) bytes[part.length++] = byte;
    part.length = putVarint32(bytes, part.length, message.length);
    part.length += message.bytes.copy(bytes, part.length, 0, message.length);
    list.count++;
    if (part.length >= PART) list.parts.push(part.take());
  }

  #close(list: OpenList): void {
    if (this.#part.length > 0) list.parts.push(this.#part.take());
    this.#list = undefined;
  }

  #wrong({ field, count }: OpenList, reason: string): CritError {
    return new CritError('line', `${field.name}[${count}]: ${reason}`);
  }
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 32 || byte === 9 || byte === 13 || byte === 10; byte = bytes[at]) at++;
  return at;
}

/** Where the object that begins at a brace ends; undefined where that has not come. */
function endOfObject(bytes: Uint8Array, from: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPENING_BRACE) depth++;
    else if (byte === CLOSING_BRACE && --depth === 0) return at + 1;
  }
  return undefined;
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new CritError('line', 'not UTF-8');
  return bytes.toString('utf8');
}
