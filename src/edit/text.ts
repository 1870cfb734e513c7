/** Strings and names of bytes as they stand in lines. */
import { isUtf8 } from 'node:buffer';
import { parseBase64, parseString } from '../codec/parse-value.ts';

/** The bytes of a string of a line, which may be `{"base64":".."}`. */
export function bytesOf(value: unknown): Buffer {
  const bytes = parseString(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A string of a line from its bytes. */
export function stringOf(bytes: Buffer): string | { base64: string } {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

/** The bytes of a field of bytes, which is base64 in a line. */
export function rawOf(value: unknown): Buffer {
  const bytes = parseBase64(value);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
