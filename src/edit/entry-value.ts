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

/** The line of an entry as a value, and its entry. */
export interface EntryValue {
  readonly value: LineValue;
  readonly entry: Record<string, unknown>;
}

/** The line of an entry that is known to be in the plain form. */
export function givenEntry(line: LineView, head: LineHead): EntryValue {
  const value = valueOf(line, head);
  return { value, entry: objectOf(value['entry']) };
}

/** The line of an entry, with its entry in the plain form. */
export function editableEntry(line: LineView, head: LineHead, type: MessageType): EntryValue {
  const quick = entryOf(line, head);
  const value = quick ? { entry: quick } : valueOf(line, head);
  const text = plainText(type, value['entry']);
  // Most lines are in that form, and have been parsed then.
  if (quick && text.equals(line.block.subarray(line.from + head.valueAt, line.from + head.valueAt + text.length)))
    return { value, entry: quick };
  return { value, entry: objectOf(parseJson(text.toString('utf8'))) };
}

function objectOf(entry: unknown): Record<string, unknown> {
  if (!isObject(entry)) throw new TypeError('an entry that is no object');
  return entry;
}

/**
 * The text of an entry as crit-cat writes it, of one that may have addresses as text, flags by their names, or numbers in hexadecimal.
 * Throws a CritError where it does not fit its message.
 */
function plainText(type: MessageType, entry: unknown): Buffer {
  output.length = 0;
  try {
    encodeMessage(type, entry, output);
  } catch (error) {
    throw error instanceof FieldError ? new CritError('value', error.message, {}, error) : error;
  }
  const bytes = output.take();
  new MessageDecoder(type, PLAIN).decode(bytes, 0, bytes.length, output, 0);
  return output.take();
}
