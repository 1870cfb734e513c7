/** Entries of lines in the plain form, however they are written. */
import { encodeMessage } from '../codec/encode.ts';
import { FieldError } from '../codec/field-error.ts';
import { isObject, parseJson } from '../codec/json.ts';
import { MessageDecoder } from '../codec/message-decoder.ts';
import { Output } from '../codec/output.ts';
import { PLAIN } from '../codec/style.ts';
import { CritError } from '../error.ts';
import { entryOf, valueOf, type LineHead, type LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { MessageType } from '../schema/schema.ts';

const output = new Output();

/** The line of an entry as a value, and its entry in the plain form. */
export function editableEntry(
  line: LineView,
  head: LineHead,
  type: MessageType,
): { value: LineValue; entry: Record<string, unknown> } {
  const quick = entryOf(line, head);
  if (quick) return { value: { entry: quick }, entry: quick };
  const value = valueOf(line, head);
  return { value, entry: plainEntry(type, value['entry']) };
}

/**
 * An entry as crit-cat writes it, of one that may have addresses as text, flags by their names, or numbers in hexadecimal.
 * Throws a CritError where it does not fit its message.
 */
function plainEntry(type: MessageType, entry: unknown): Record<string, unknown> {
  output.length = 0;
  try {
    encodeMessage(type, entry, output);
  } catch (error) {
    throw error instanceof FieldError ? new CritError('value', error.message, {}, error) : error;
  }
  const bytes = output.take();
  new MessageDecoder(type, PLAIN).decode(bytes, 0, bytes.length, output, 0);
  const value = parseJson(output.take().toString('utf8'));
  if (!isObject(value)) throw new TypeError('an entry that is no object');
  return value;
}
