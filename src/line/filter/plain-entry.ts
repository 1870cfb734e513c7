/** Entries of plain values as JSON text, written as bytes: no string is made, which costs more than all else that a change does. */
import { putAscii, putInt32, putInt64 } from '../../codec/json-text.ts';
import type { Output } from '../../codec/output.ts';

/** Bytes of a number, a boolean or null, and of a comma. */
const VALUE_ROOM = 25;
/** Longer text is written by JSON.stringify. */
const LONGEST_TEXT = 128;
const MOST_KEYS = 64;

const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;
const QUOTE = 34;

/** Appends what JSON.stringify gives for an object of integers, booleans and short plain texts; false, and nothing, for any other. */
export function appendPlainEntry(output: Output, entry: Readonly<Record<string, unknown>>): boolean {
  // Others say themselves what they are as JSON.
  if (Object.getPrototypeOf(entry) !== Object.prototype) return false;
  const keys = Object.keys(entry);
  if (keys.length > MOST_KEYS) return false;
  const out = output.room(output.length, keys.length * (2 * LONGEST_TEXT + VALUE_ROOM + 8) + 2);
  let at = output.length;
  out[at++] = OPEN;
  for (const key of keys) {
    const value = entry[key];
    // JSON leaves out what is undefined.
    if (value === undefined) continue;
    if (out[at - 1] !== OPEN) out[at++] = COMMA;
    at = putText(out, at, key);
    if (at < 0) return false;
    out[at++] = 58;
    at = putValue(out, at, value);
    if (at < 0) return false;
  }
  out[at++] = CLOSE;
  output.length = at;
  return true;
}

function putValue(out: Uint8Array, at: number, value: unknown): number {
  if (typeof value === 'number') {
    if (value === (value | 0)) return putInt32(out, at, value);
    return Number.isSafeInteger(value) ? putInt64(out, at, value >>> 0, Math.floor(value / 0x100000000) >>> 0) : -1;
  }
  if (typeof value === 'string') return putText(out, at, value);
  return typeof value === 'boolean' ? putAscii(out, at, value ? 'true' : 'false') : -1;
}

/** Text in quotes, where it is short and needs no escapes; -1 for any other. */
function putText(out: Uint8Array, at: number, text: string): number {
  if (text.length > LONGEST_TEXT) return -1;
  let o = at;
  out[o++] = QUOTE;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || code === QUOTE || code === 92) return -1;
    out[o++] = code;
  }
  out[o++] = QUOTE;
  return o;
}
