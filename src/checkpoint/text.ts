import { isUtf8 } from 'node:buffer';
import type { ProtoString } from '../schema/generated/messages.ts';

/** A string for people; of one that is not UTF-8, the bytes beyond ASCII as `\xe9`. */
export function textOf(text: ProtoString): string {
  return typeof text === 'string' ? text : textOfBytes(Buffer.from(text.base64, 'base64'));
}

/** The same for bytes. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
