/**
 * Extras as JSON, and back to bytes.
 *
 * What JSON cannot hold exactly (padding that is not zero, an oddly written header of a queued message) is left to pieces.
 */
import { encodeMessage } from '../../codec/encode.ts';
import { FieldError } from '../../codec/field-error.ts';
import { putBase64 } from '../../codec/json-text.ts';
import { MessageDecoder } from '../../codec/message-decoder.ts';
import { Output } from '../../codec/output.ts';
import { parseBase64, show } from '../../codec/parse-value.ts';
import type { Style } from '../../codec/style.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import type { ExtraKind } from '../../schema/images.ts';
import type { MessageType } from '../../schema/schema.ts';
import { roundUp, type ExtraSize } from './extra-size.ts';
import { isObject } from '../../codec/json.ts';
import { messageSize, queuedMessages } from './message-queue.ts';

/** Names of the two parts of an extra that has two. */
const PARTS: Partial<Record<ExtraKind, readonly [string, string]>> = {
  'tcp-stream': ['inq', 'outq'],
  'bpfmap-data': ['keys', 'values'],
};

/** What the JSON of an extra depends on. */
export interface ExtraFormat {
  readonly schema: ImageSchema;
  readonly style: Style;
}

/** Writes the JSON of an extra; false, with nothing written, where only pieces can hold it. */
export function writeExtra(
  kind: ExtraKind,
  size: ExtraSize,
  bytes: Uint8Array,
  { schema, style }: ExtraFormat,
  output: Output,
): boolean {
  const names = PARTS[kind];
  if (kind === 'ipc-msg') {
    const decoder = new MessageDecoder(schema.message('ipc_msg'), style);
    return writeMessages(size.kind === 'messages' ? size.count : 0, bytes, decoder, output);
  }
  if (size.kind !== 'bytes') {
    writeBytes(bytes, output);
    return true;
  }
  const [first = 0, second = 0] = size.parts;
  if (names) {
    output.appendText(`{"${names[0]}":`);
    writeBytes(bytes.subarray(0, first), output);
    output.appendText(`,"${names[1]}":`);
    writeBytes(bytes.subarray(first, first + second), output);
    output.appendText('}');
    return true;
  }
  if (!bytes.subarray(first).every((byte) => byte === 0)) return false;
  if (kind === 'ipc-sem') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, first);
    const values = Array.from({ length: first / 2 }, (_, index) => view.getUint16(index * 2, true));
    output.appendText(`[${values.join(',')}]`);
  } else writeBytes(bytes.subarray(0, first), output);
  return true;
}

function writeBytes(bytes: Uint8Array, output: Output): void {
  const room = output.room(output.length, (bytes.length * 4) / 3 + 8);
  output.length = putBase64(room, output.length, bytes, 0, bytes.length);
}

function writeMessages(count: number, bytes: Uint8Array, decoder: MessageDecoder, output: Output): boolean {
  const start = output.length;
  let comma = '';
  output.appendText('[');
  for (const { header, text, padding } of queuedMessages(bytes, count)) {
    output.appendText(`${comma}{"msg":`);
    const exact = decoder.decode(header, 0, header.length, output, 0);
    if (!exact || !padding.every((byte) => byte === 0)) {
      output.length = start;
      return false;
    }
    output.appendText(',"text":');
    writeBytes(text, output);
    output.appendText('}');
    comma = ',';
  }
  output.appendText(']');
  return true;
}

/** The bytes of an extra of that size. Throws a FieldError where the value does not fit. */
export function encodeExtra(kind: ExtraKind, size: ExtraSize, value: unknown, schema: ImageSchema): Uint8Array {
  const names = PARTS[kind];
  if (kind === 'ipc-msg')
    return encodeMessages(size.kind === 'messages' ? size.count : 0, value, schema.message('ipc_msg'));
  if (size.kind === 'none') throw new FieldError('this entry has no extra', 'extra');
  if (size.kind !== 'bytes') return partBytes(value, 'extra');
  const [first = 0, second = 0] = size.parts;
  if (names) {
    // CRIT has keys and values of a map in one string.
    if (kind === 'bpfmap-data' && typeof value === 'string')
      return sized(partBytes(value, 'extra'), size.size, 'extra');
    if (!isObject(value)) throw new FieldError(`${show(value)} is not an object of ${names.join(' and ')}`, 'extra');
    const other = Object.keys(value).find((key) => !names.includes(key));
    if (other !== undefined)
      throw new FieldError(`no part of an extra; its parts are ${names.join(' and ')}`, `extra.${other}`);
    return Buffer.concat([
      sized(partBytes(value[names[0]], `extra.${names[0]}`), first, `extra.${names[0]}`),
      sized(partBytes(value[names[1]], `extra.${names[1]}`), second, `extra.${names[1]}`),
    ]);
  }
  const bytes = kind === 'ipc-sem' ? semaphoreBytes(value) : partBytes(value, 'extra');
  return padded(sized(bytes, first, 'extra'), size.size);
}

function partBytes(value: unknown, path: string): Uint8Array {
  try {
    return parseBase64(value);
  } catch (error) {
    throw error instanceof FieldError ? error.within(path) : error;
  }
}

function sized(bytes: Uint8Array, length: number, path: string): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new FieldError(`${bytes.length} bytes, but the entry says ${length}: change the length in the entry too`, path);
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : Buffer.concat([bytes], length);
}

function semaphoreBytes(value: unknown): Uint8Array {
  if (!Array.isArray(value)) throw new FieldError(`${show(value)} is not a list of numbers`, 'extra');
  const bytes = Buffer.alloc(value.length * 2);
  for (const [index, each] of value.entries()) {
    if (typeof each !== 'number' || !Number.isInteger(each) || each < 0 || each > 0xffff) {
      throw new FieldError(`${show(each)} is not a number from 0 to 65535`, `extra[${index}]`);
    }
    bytes.writeUInt16LE(each, index * 2);
  }
  return bytes;
}

/** Takes a list of `{"msg":..,"text":..}`. */
function encodeMessages(count: number, value: unknown, header: MessageType): Uint8Array {
  if (!Array.isArray(value)) throw new FieldError(`${show(value)} is not a list of messages`, 'extra');
  const list: readonly unknown[] = value;
  if (list.length !== count)
    throw new FieldError(`${list.length} messages, but the entry says ${count}: change qnum too`, 'extra');
  const output = new Output(1024);
  for (const [i, item] of list.entries()) {
    if (!isObject(item)) throw new FieldError(`${show(item)} is not a message`, `extra[${i}]`);
    const { msg, text, ...others } = item;
    const [other] = Object.keys(others);
    if (other !== undefined)
      throw new FieldError('no part of a message; its parts are msg and text', `extra[${i}].${other}`);
    const sizeAt = output.length;
    output.room(sizeAt, 4);
    output.length += 4;
    try {
      encodeMessage(header, msg, output);
    } catch (error) {
      throw error instanceof FieldError ? error.within(`extra[${i}].msg`) : error;
    }
    output.bytes.writeUInt32LE(output.length - sizeAt - 4, sizeAt);
    const size = messageSize(output.bytes.subarray(sizeAt + 4, output.length));
    const body = sized(partBytes(text, `extra[${i}].text`), size, `extra[${i}].text`);
    output.append(padded(body, roundUp(body.length, 8)));
  }
  return output.take();
}
