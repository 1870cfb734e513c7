/**
 * Values of fields in every form in which they may stand in a line: numbers, decimal and hexadecimal strings, and what
 * `--human` prints. The compiled encoders take the usual forms themselves and come here for all others.
 */
import type { Field } from '../schema/schema.ts';
import { dictNumber, flagNames } from '../schema/display.ts';
import { didYouMean } from '../nearest.ts';
import { parseAddress } from './address.ts';
import { parseDevice } from './device.ts';
import { FieldError } from './field-error.ts';
import { looksLikeBase64, parseQuotedPrintable } from './quoted-printable.ts';

const RANGES: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  uint32: [0n, 0xffffffffn],
  int32: [-0x80000000n, 0x7fffffffn],
  sint32: [-0x80000000n, 0x7fffffffn],
  enum: [-0x80000000n, 0x7fffffffn],
  uint64: [0n, 0xffffffffffffffffn],
  fixed64: [0n, 0xffffffffffffffffn],
  int64: [-0x8000000000000000n, 0x7fffffffffffffffn],
  sint64: [-0x8000000000000000n, 0x7fffffffffffffffn],
};

/** An integer in its range. Throws a FieldError for everything else. */
export function parseInteger(field: Field, value: unknown): bigint {
  const integer = toBigInt(field, value);
  const [least, most] = RANGES[field.kind] ?? [0n, 0n];
  if (integer < least || integer > most)
    throw new FieldError(`${integer} is out of the range ${least} to ${most} of ${field.kind}`);
  return integer;
}

function toBigInt(field: Field, value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new FieldError(`${value} is not an integer`);
    if (!Number.isSafeInteger(value))
      throw new FieldError(`${value} is beyond 2^53 and may have been rounded: give it as a string or a BigInt`);
    return BigInt(value);
  }
  if (typeof value === 'string') {
    const integer = /^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(value) ? parseDigits(value) : parseNamed(field, value);
    if (integer !== undefined) return integer;
  }
  throw new FieldError(
    `${show(value)} is not ${field.kind === 'enum' ? `one of ${field.type.name}` : 'an integer'}${suggestion(field, value)}`,
  );
}

function parseDigits(text: string): bigint {
  // Longer ones cannot be in range, and take time to convert.
  if (text.length > 40) throw new FieldError(`${show(text)} is out of range`);
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

function parseNamed(field: Field, text: string): bigint | undefined {
  if (field.kind === 'enum') {
    const number = field.type.numbers.get(text);
    return number === undefined ? undefined : BigInt(number);
  }
  const { flags, dict, dev, odev = false } = field.display ?? {};
  let number: number | undefined;
  if (flags !== undefined) return parseFlags(flags, text);
  if (dict !== undefined) number = dictNumber(dict, field.name, text);
  else if (dev) number = parseDevice(text, odev);
  return number === undefined ? undefined : BigInt(number);
}

function parseFlags(table: string, text: string): bigint | undefined {
  let value = 0n;
  if (text.trim() === '') return value;
  const bits = new Map(flagNames(table));
  for (const word of text.split('|')) {
    const name = word.trim();
    const bit = bits.get(name);
    if (bit !== undefined) value |= BigInt(bit);
    else if (/^(0[xX][0-9a-fA-F]{1,8}|\d{1,10})$/.test(name)) value |= BigInt(name);
    else return undefined;
  }
  return value;
}

function suggestion(field: Field, value: unknown): string {
  if (typeof value !== 'string') return '';
  const flags = field.display?.flags;
  const names =
    field.kind === 'enum' ? [...field.type.numbers.keys()] : flags ? flagNames(flags).map(([name]) => name) : [];
  return didYouMean(value.split('|').at(-1)?.trim() ?? '', names);
}

/** The words of an address where a list is one address as text, else the list. */
export function parseAddressList(list: readonly unknown[]): readonly unknown[] {
  const [text] = list;
  if (list.length !== 1 || typeof text !== 'string' || !/[.:]/.test(text)) return list;
  const words = parseAddress(text);
  if (!words) throw new FieldError(`${show(text)} is not an IP address`);
  return words;
}

export function parseBool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new FieldError(`${show(value)} is not true or false`);
}

/** The bytes of a string: UTF-8, or any bytes as `{"base64":".."}`. */
export function parseString(value: unknown): Uint8Array {
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value))
      throw new FieldError(`${show(value)} has half a surrogate pair, which has no bytes`);
    return Buffer.from(value, 'utf8');
  }
  if (typeof value === 'object' && value !== null && 'base64' in value && Object.keys(value).length === 1) {
    return parseBase64(value.base64);
  }
  throw new FieldError(`${show(value)} is not a string`);
}

/** The bytes of a field: base64, with line breaks or without; quoted-printable where the field is shown so. */
export function parseBytes(field: Field, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string' && field.display?.conv === 'unix_name') return parseUnixName(value);
  return parseBase64(value);
}

/** Lines hold a name as base64, or as quoted-printable with `--human`, which then looks unlike base64. */
function parseUnixName(text: string): Uint8Array {
  if (looksLikeBase64(text)) return parseBase64(text);
  const bytes = parseQuotedPrintable(text);
  if (!bytes) throw new FieldError(`${show(text)} is neither base64 nor quoted-printable`);
  return bytes;
}

/** Bytes of base64 text. Throws a FieldError where it is not. */
export function parseBase64(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw new FieldError(`${show(value)} is not base64`);
  // A character above U+00FF would be taken for the one of its lower byte.
  if (Buffer.byteLength(value) !== value.length) throw new FieldError(`${show(value)} is not base64`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === base64Size(value)) return bytes;
  const text = value.replace(/\s+/g, '');
  const again = Buffer.from(text, 'base64');
  if (again.length !== base64Size(text)) throw new FieldError(`${show(value)} is not base64`);
  return again;
}

/** Bytes that a base64 text stands for, or -1. Buffer skips what is no base64, and gives fewer then. */
function base64Size(text: string): number {
  if (text.length % 4 !== 0) return -1;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (jsonOf(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // It holds itself, or is nested too deep to be written.
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}
