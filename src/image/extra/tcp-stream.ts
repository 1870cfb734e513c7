import { isObject } from '../../codec/json.ts';
import type { Output } from '../../codec/output.ts';
import { PythonLayout } from '../../codec/python-layout.ts';
import { PythonBase64Writer } from '../../codec/python-text.ts';
import { ITEM_DEPTH, type DocumentTarget, type Extra, type ExtraWriter } from './extra.ts';
import { parts, partsOf } from './extra-size.ts';
import { jsonInside } from './extra-value.ts';
import { knownPayload } from './known-payload.ts';
import { twoParts } from './two-parts.ts';

/** The receive queue and the send queue of a TCP connection: base64. */
export interface TcpStream {
  inq: string;
  outq: string;
}

/** Names that the Go tool has given to the queues. */
const QUEUE_NAMES: ReadonlyMap<string, string> = new Map([
  ['in_q', 'inq'],
  ['inQ', 'inq'],
  ['out_q', 'outq'],
  ['outQ', 'outq'],
]);

export const tcpStream: Extra = {
  ...twoParts('inq', 'outq'),
  size: (entry) => parts(entry.get('inq_len'), entry.get('outq_len')),
  writer: (size, target) => new QueuesWriter(partsOf(size), target),
  fromDocument(value) {
    const queues = jsonInside(value);
    if (!isObject(queues)) return queues;
    return Object.fromEntries(Object.entries(queues).map(([key, queue]) => [QUEUE_NAMES.get(key) ?? key, queue]));
  },
  payload: knownPayload,
};

/** `{"inq": .., "outq": ..}` */
class QueuesWriter implements ExtraWriter {
  readonly #layout: PythonLayout;
  readonly #output: Output;
  readonly #second: number;
  #left: number;
  #isSecond = false;
  #writer: PythonBase64Writer;

  constructor([first = 0, second = 0]: readonly number[], { output, style }: DocumentTarget) {
    this.#output = output;
    this.#layout = new PythonLayout(output, style.human);
    this.#left = first;
    this.#second = second;
    output.appendText('{');
    this.#writer = this.#begin('inq', true);
  }

  push(bytes: Uint8Array): void {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    this.#writer.push(bytes.subarray(0, taken));
    if (this.#left === 0 && !this.#isSecond) this.#turn();
    if (taken < bytes.length) this.push(bytes.subarray(taken));
  }

  end(): void {
    if (!this.#isSecond) this.#turn();
    this.#writer.end();
    this.#layout.close(ITEM_DEPTH - 1, false);
    this.#output.appendText('}');
  }

  #turn(): void {
    this.#isSecond = true;
    this.#left = this.#second;
    this.#writer.end();
    this.#writer = this.#begin('outq', false);
  }

  #begin(key: string, isFirst: boolean): PythonBase64Writer {
    this.#layout.item(ITEM_DEPTH, isFirst);
    this.#output.appendText(`"${key}": `);
    return new PythonBase64Writer(this.#output);
  }
}
