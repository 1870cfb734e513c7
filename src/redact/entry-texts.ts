/** The texts of an entry: strings and bytes in all of its fields, what the schema does not know, and what registers hold. */
import { isObject } from '../codec/json.ts';
import { fields } from '../codec/wire.ts';
import { bytesOf, rawOf, stringOf } from '../edit/text.ts';
import { CritError } from '../error.ts';
import type { MessageType, ScalarField } from '../schema/schema.ts';

/** Takes bytes, with the way to their field; they may be overwritten, in a string not by zeros. */
export type OnText = (bytes: Buffer, field: string, isString: boolean) => void;

const UNKNOWN = '@unknown';
/** Messages with the registers of a thread. */
const REGISTERS = /^thread_info_/;

/** Whether entries of a type can hold any, but for what the schema does not know. */
export function holdsTexts(type: MessageType): boolean {
  return leads(type, new Set());
}

function leads(type: MessageType, seen: Set<MessageType>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  return type.fields.some(
    (field) =>
      field.kind === 'string' || field.kind === 'bytes' || (field.kind === 'message' && leads(field.type, seen)),
  );
}

/** Gives all texts of an entry, in the order of their fields, and sets those that are others then. Gives whether any is. */
export function scanEntry(type: MessageType, entry: Record<string, unknown>, onText: OnText): boolean {
  return scanMessage(type, entry, '', undefined, onText);
}

function scanMessage(
  type: MessageType,
  message: Record<string, unknown>,
  path: string,
  registers: MessageType | undefined,
  onText: OnText,
): boolean {
  let hasChanged = false;
  const inRegisters = REGISTERS.test(type.name) ? type : registers;
  for (const field of type.fields) {
    const value = message[field.name];
    if (value === undefined) continue;
    const name = `${path}${field.name}`;
    if (field.kind === 'string' || field.kind === 'bytes' || field.kind === 'message') {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      for (const [i, each] of values.entries()) {
        const place = Array.isArray(value) ? `${name}[${i}]` : name;
        if (field.kind === 'message') {
          if (isObject(each))
            hasChanged = scanMessage(field.type, each, `${place}.`, inRegisters, onText) || hasChanged;
          continue;
        }
        const other = field.kind === 'string' ? changedString(each, place, onText) : changedBytes(each, place, onText);
        if (other === undefined) continue;
        hasChanged = true;
        if (Array.isArray(value)) values[i] = other;
        else message[field.name] = other;
      }
    } else if (inRegisters && field.kind !== 'enum' && field.kind !== 'bool') {
      const other = changedNumbers(field, value, name, inRegisters.name === 'thread_info_s390', onText);
      if (other === undefined) continue;
      hasChanged = true;
      message[field.name] = Array.isArray(value) ? other : other[0];
    }
  }
  const unknown = message[UNKNOWN];
  if (unknown === undefined) return hasChanged;
  const other = changedBytes(unknown, `${path}${UNKNOWN}`, onText, checkFields);
  if (other === undefined) return hasChanged;
  message[UNKNOWN] = other;
  return true;
}

function changedString(value: unknown, place: string, onText: OnText): unknown {
  const bytes = Buffer.from(bytesOf(value));
  const before = Buffer.from(bytes);
  onText(bytes, place, true);
  return bytes.equals(before) ? undefined : stringOf(bytes);
}

function changedBytes(
  value: unknown,
  place: string,
  onText: OnText,
  check: (before: Buffer, bytes: Buffer) => void = () => {},
): string | undefined {
  const bytes = Buffer.from(rawOf(value));
  const before = Buffer.from(bytes);
  onText(bytes, place, false);
  if (bytes.equals(before)) return undefined;
  check(before, bytes);
  return bytes.toString('base64');
}

/** Throws a CritError where fields are others than before, and not only what is in them. */
function checkFields(before: Buffer, bytes: Buffer): void {
  const shape = (of: Buffer): string =>
    [...fields(of, 0, of.length)].map(({ number, wire, value, end }) => `${number} ${wire} ${value} ${end}`).join();
  if (shape(before) !== shape(bytes))
    throw new CritError('value', 'what was found lies across fields that the schema does not know');
}

/** Numbers as the bytes that they have in memory: a list is one text, as a vector register is one key. */
function changedNumbers(
  { kind }: ScalarField,
  value: unknown,
  place: string,
  isBig: boolean,
  onText: OnText,
): (number | string)[] | undefined {
  const size = kind.endsWith('64') ? 8 : 4;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, each] of values.entries()) {
    if (typeof each !== 'number' && typeof each !== 'string' && typeof each !== 'bigint') return undefined;
    const word = BigInt.asUintN(64, BigInt(each));
    const low = Number(word & 0xffffffffn);
    const high = Number(word >> 32n);
    if (size === 4) put(bytes, i * 4, low, isBig);
    else {
      put(bytes, i * 8 + (isBig ? 4 : 0), low, isBig);
      put(bytes, i * 8 + (isBig ? 0 : 4), high, isBig);
    }
  }
  const before = Buffer.from(bytes);
  onText(bytes, place, false);
  if (bytes.equals(before)) return undefined;
  const isSigned = kind.startsWith('int') || kind.startsWith('sint');
  return values.map((_, i) => {
    const part = bytes.subarray(i * size, i * size + size);
    const ordered = isBig ? part : Buffer.from(part).reverse();
    const word = BigInt(`0x${ordered.toString('hex')}`);
    const number = isSigned ? BigInt.asIntN(size * 8, word) : word;
    return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  });
}

function put(bytes: Buffer, at: number, word: number, isBig: boolean): void {
  if (isBig) bytes.writeUInt32BE(word, at);
  else bytes.writeUInt32LE(word, at);
}

/**
 * Gives the parts of an extra that are bytes, and sets those that are others then. The extra as it is then; undefined where it is
 * the same.
 */
export function changedExtra(extra: unknown, onText: OnText, path = 'extra'): unknown {
  if (typeof extra === 'string') return changedBytes(extra, path, onText);
  const isList = Array.isArray(extra);
  if (!isObject(extra) && !isList) return undefined;
  let hasChanged = false;
  for (const [key, value] of Object.entries(extra)) {
    // Numbers that are too large for JSON are strings as well: of a message in a queue only its text is bytes.
    if (!isList && isObject(value)) continue;
    const other = changedExtra(value, onText, isList ? `${path}[${key}]` : `${path}.${key}`);
    if (other === undefined) continue;
    hasChanged = true;
    Reflect.set(extra, key, other);
  }
  return hasChanged ? extra : undefined;
}
