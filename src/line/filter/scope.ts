/** The helpers that expressions and code can call. */
import { parseBase64 } from '../../codec/parse-value.ts';

/** A 64-bit number of a line as a BigInt: from a number, or a string of decimal or hexadecimal digits. */
export function u64(value: unknown): bigint {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string') return BigInt(value);
  throw new TypeError(`u64: ${String(value)} is not a number`);
}

/** A number as `0x..`. */
export function hex(value: unknown): string {
  const number = u64(value);
  return number < 0n ? `-0x${(-number).toString(16)}` : `0x${number.toString(16)}`;
}

/** The bytes of base64 text; `bytes(x).toString()` is their text. */
export function bytes(value: unknown): Buffer {
  const result = parseBase64(value);
  return Buffer.from(result.buffer, result.byteOffset, result.length);
}

/** Base64 of bytes, or of a string in UTF-8. */
export function base64(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('base64');
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  throw new TypeError('base64: neither bytes nor a string');
}

export const HELPERS: Readonly<Record<string, unknown>> = { u64, hex, bytes, base64 };
