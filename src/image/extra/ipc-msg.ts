import { encodeMessage } from '../../codec/encode.ts';
import { FieldError } from '../../codec/field-error.ts';
import { isObject } from '../../codec/json.ts';
import { MessageDecoder } from '../../codec/message-decoder.ts';
import { Output } from '../../codec/output.ts';
import { show } from '../../codec/parse-value.ts';
import { PythonLayout } from '../../codec/python-layout.ts';
import { PythonBase64Writer } from '../../codec/python-text.ts';
import type { MessageType } from '../../schema/schema.ts';
import { ITEM_DEPTH, type DocumentTarget, type Extra, type ExtraWriter, type PayloadMeter } from './extra.ts';
import { roundUp, type ExtraSize } from './extra-size.ts';
import {
  BASE64_SCHEMA,
  bytesOf,
  checkPadding,
  isZero,
  jsonInside,
  sized,
  withPadding,
  writeBase64,
} from './extra-value.ts';
import { messageSize, queuedMessages, QueueWalker } from './queue-walker.ts';

/** The messages of a System V queue; their texts are base64. */
export type IpcMsg = { msg: { mtype: number | string; msize: number }; text: string }[];

export const ipcMsg: Extra = {
  size(entry) {
    const count = entry.get('qnum');
    return { kind: 'items', count, items: 'messages', walk: () => new QueueWalker(count) };
  },
  write(size, bytes, { schema, style }, output) {
    const decoder = new MessageDecoder(schema.message('ipc_msg'), style);
    return writeMessages(countOf(size), bytes, decoder, output);
  },
  encode: (size, value, schema) => encodeMessages(countOf(size), value, schema.message('ipc_msg')),
  jsonSchema: {
    type: 'array',
    items: {
      type: 'object',
      properties: { msg: { $ref: '#/$defs/ipc_msg' }, text: BASE64_SCHEMA },
      required: ['msg', 'text'],
      additionalProperties: false,
    },
  },
  writer: (size, target) => new MessagesWriter(countOf(size), target),
  fromDocument: (value) => messages(jsonInside(value)),
  payload: (size) => new MessagesMeter(countOf(size)),
};

function countOf(size: ExtraSize): number {
  return size.kind === 'items' ? size.count : 0;
}

function writeMessages(count: number, bytes: Uint8Array, decoder: MessageDecoder, output: Output): boolean {
  const start = output.length;
  let comma = '';
  output.appendText('[');
  for (const { header, text, padding } of queuedMessages(bytes, count)) {
    output.appendText(`${comma}{"msg":`);
    const exact = decoder.decode(header, 0, header.length, output, 0);
    if (!exact || !isZero(padding)) {
      output.length = start;
      return false;
    }
    output.appendText(',"text":');
    writeBase64(text, output);
    output.appendText('}');
    comma = ',';
  }
  output.appendText(']');
  return true;
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
    const body = sized(bytesOf(text, `extra[${i}].text`), size, `extra[${i}].text`);
    output.append(withPadding(body, roundUp(body.length, 8)));
  }
  return output.take();
}

/** Messages and their texts alternate in a list. */
function messages(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const list: readonly unknown[] = value;
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, index) => ({
    msg: jsonInside(list[2 * index]),
    text: list[2 * index + 1],
  }));
}

/** A list in which messages and their texts alternate. */
class MessagesWriter implements ExtraWriter {
  readonly #target: DocumentTarget;
  readonly #layout: PythonLayout;
  readonly #walker: QueueWalker;
  #isFirst = true;

  constructor(count: number, target: DocumentTarget) {
    const { output, schema, style } = target;
    const layout = new PythonLayout(output, style.human);
    const decoder = new MessageDecoder(schema.message('ipc_msg'), style, ITEM_DEPTH - 2);
    let text: PythonBase64Writer | undefined;
    this.#target = target;
    this.#layout = layout;
    this.#walker = new QueueWalker(count, {
      onHeader: (header) => {
        layout.item(ITEM_DEPTH, this.#isFirst);
        this.#isFirst = false;
        if (!decoder.decode(header, 0, header.length, output, 0)) target.onLoss();
        layout.item(ITEM_DEPTH, false);
        text = new PythonBase64Writer(output);
      },
      onText: (bytes) => text?.push(bytes),
      onPadding: (bytes) => checkPadding(bytes, target),
      onMessageEnd: () => text?.end(),
    });
    output.appendText('[');
  }

  push(bytes: Uint8Array): void {
    this.#walker.push(bytes);
  }

  end(): void {
    this.#layout.close(ITEM_DEPTH - 1, this.#isFirst);
    this.#target.output.appendText(']');
  }
}

/** Counts headers and texts. */
class MessagesMeter implements PayloadMeter {
  size = 0;
  readonly #walker: QueueWalker;

  constructor(count: number) {
    this.#walker = new QueueWalker(count, {
      onHeader: (header) => (this.size += header.length),
      onText: (bytes) => (this.size += bytes.length),
      onPadding: () => {},
      onMessageEnd: () => {},
    });
  }

  push(bytes: Uint8Array): void {
    this.#walker.push(bytes);
  }
}
