import { isUtf8 } from 'node:buffer';
import { CritError } from '../error.ts';

/**
 * Parses JSON. Integers that a JavaScript number would round become strings of their digits, which the encoders take exactly.
 * Throws a CritError with code "line".
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(quoteLongIntegers(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CritError('line', `not JSON: ${error.message}`, {}, error);
  }
}

/** JSON text in which integers that a JavaScript number would round are strings. */
export function quoteLongIntegers(text: string): string {
  if (!MANY_DIGITS.test(text)) return text;
  let quoted = '';
  let done = 0;
  // Not by replace(), which keeps a part for each string: there can be ten million.
  for (const { 0: part, index } of text.matchAll(NUMBER_OR_STRING)) {
    if (!LONG_INTEGER.test(part) || Number.isSafeInteger(Number(part))) continue;
    quoted += `${text.slice(done, index)}"${part}"`;
    done = index + part.length;
  }
  return done === 0 ? text : quoted + text.slice(done);
}

const MANY_DIGITS = /(?:^|[^"\d])\d{16}/;
const NUMBER_OR_STRING = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/** JSON text of a value. A BigInt is a number up to 2^53-1, a string of digits beyond; bytes are base64. */
export function formatJson(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (!text.includes('{"type":"Buffer"') && !text.includes('{"0":')) return text;
  } catch (error) {
    // The latter where a value is nested too deep for the stack.
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
  }
  // Only some values need this, which costs ten times as much.
  return JSON.stringify(plainJson(value));
}

/** The same of an object in parts, those of its lists item by item: the text of 20,000 processes need not be in memory at once. */
export function* formatJsonParts(object: object): Generator<string, void, undefined> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (!Array.isArray(value)) yield formatJson(value);
    else {
      for (const [index, item] of value.entries()) yield `${index === 0 ? '[' : ','}${formatJson(item)}`;
      yield value.length === 0 ? '[]' : ']';
    }
  }
  yield before === '{' ? '{}' : '}';
}

/** A value that JSON holds as it is: with a BigInt as a number or digits, and bytes as base64. */
export function plainJson(value: unknown): unknown {
  return plain(value, 0);
}

function plain(value: unknown, depth: number): unknown {
  if (depth > 1000) throw new CritError('value', 'a value that holds itself, or is nested too deep');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  if (Array.isArray(value)) return value.map((each: unknown) => plain(each, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, depth + 1)]));
}

/** JSON text of a string of bytes: `{"base64":".."}` where it is not UTF-8. */
export function formatString(bytes: Buffer): string {
  return isUtf8(bytes) ? JSON.stringify(bytes.toString('utf8')) : `{"base64":"${bytes.toString('base64')}"}`;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
