/** Parts of the JSON of extras. */
import { FieldError } from '../../codec/field-error.ts';
import { parseJson } from '../../codec/json.ts';
import { putBase64 } from '../../codec/json-text.ts';
import type { Output } from '../../codec/output.ts';
import { parseBase64 } from '../../codec/parse-value.ts';
import type { DocumentTarget } from './extra.ts';

/** The JSON Schema of bytes. */
export const BASE64_SCHEMA: Readonly<Record<string, unknown>> = { $ref: '#/$defs/base64' };

/** Bytes as a JSON string of base64. */
export function writeBase64(bytes: Uint8Array, output: Output): void {
  const room = output.room(output.length, (bytes.length * 4) / 3 + 8);
  output.length = putBase64(room, output.length, bytes, 0, bytes.length);
}

/** The bytes of base64. Throws a FieldError with that path where it is none. */
export function bytesOf(value: unknown, path: string): Uint8Array {
  try {
    return parseBase64(value);
  } catch (error) {
    throw error instanceof FieldError ? error.within(path) : error;
  }
}

/** The bytes, if they are as many as the entry says. Throws a FieldError where they are not. */
export function sized(bytes: Uint8Array, length: number, path: string): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new FieldError(`${bytes.length} bytes, but the entry says ${length}: change the length in the entry too`, path);
}

/** The bytes with zero bytes behind them. */
export function withPadding(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : Buffer.concat([bytes], length);
}

/** Whether padding is as CRIU writes it. */
export function isZero(padding: Uint8Array): boolean {
  return padding.every((byte) => byte === 0);
}

/** A document says nothing of padding. */
export function checkPadding(padding: Uint8Array, { onLoss }: DocumentTarget): void {
  if (!isZero(padding)) onLoss();
}

/** The Go tool puts JSON into a string. Throws a CritError where it is broken. */
export function jsonInside(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parseJson(value) : value;
}
