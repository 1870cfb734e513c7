/**
 * The messages of a SysV queue: `count` times SIZE (u32), an `ipc_msg` of that size, `msize` bytes of text, and zero bytes up
 * to a multiple of 8. Source: CRIU's ipc_ns.c.
 */
import { WireError, fields, readAnyVarint, type Halves } from '../../codec/wire.ts';
import { CritError } from '../../error.ts';
import { roundUp, type ItemWalker } from './extra-size.ts';

/** An encoded ipc_msg has two numbers; fields of later versions may follow. */
const HEADER_LIMIT = 4096;

/** Where the parts of one message stand. */
export interface QueuedMessage {
  readonly header: Uint8Array;
  readonly text: Uint8Array;
  readonly padding: Uint8Array;
}

/** Is told about the parts of each message as they are passed over. Bytes are valid until the call returns. */
export interface QueueListener {
  onHeader(header: Uint8Array): void;
  onText(bytes: Uint8Array): void;
  onPadding(bytes: Uint8Array): void;
  onMessageEnd(): void;
}

/** Finds where a queue ends in bytes that come in chunks. */
export class QueueWalker implements ItemWalker {
  readonly #listener: QueueListener | undefined;
  #messages: number;
  /** What is collected: a SIZE of 4 bytes, or a header. */
  #held = Buffer.alloc(0);
  #wanted = 4;
  #state: 'size' | 'header' | 'text' = 'size';
  /** Bytes of text, and of padding behind it, to pass over. */
  #text = 0;
  #padding = 0;

  constructor(messages: number, listener?: QueueListener) {
    this.#messages = messages;
    this.#listener = listener;
  }

  get isDone(): boolean {
    return this.#messages === 0;
  }

  /** Gives how many of the bytes belong to the queue: all of them until it is done. Throws a CritError where it is broken. */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (!this.isDone) {
      if (this.#state === 'text') {
        at = this.#passText(bytes, at);
        if (this.#text + this.#padding > 0) return at;
        this.#messages--;
        this.#listener?.onMessageEnd();
        this.#expect('size', 4);
        continue;
      }
      const taken = Math.min(this.#wanted - this.#held.length, bytes.length - at);
      this.#held = Buffer.concat([this.#held, bytes.subarray(at, at + taken)]);
      at += taken;
      if (this.#held.length < this.#wanted) return at;
      if (this.#state === 'size') {
        const size = this.#held.readUInt32LE(0);
        if (size > HEADER_LIMIT) throw new CritError('format', `a queued message whose header has ${size} bytes`);
        this.#expect('header', size);
      } else {
        this.#text = messageSize(this.#held);
        this.#padding = roundUp(this.#text, 8) - this.#text;
        this.#state = 'text';
        this.#listener?.onHeader(this.#held);
      }
    }
    return at;
  }

  /** Passes text and padding over, as far as they are there; gives where that ends. */
  #passText(bytes: Uint8Array, from: number): number {
    const textEnd = from + Math.min(this.#text, bytes.length - from);
    if (textEnd > from) this.#listener?.onText(bytes.subarray(from, textEnd));
    this.#text -= textEnd - from;
    if (this.#text > 0) return textEnd;
    const end = textEnd + Math.min(this.#padding, bytes.length - textEnd);
    if (end > textEnd) this.#listener?.onPadding(bytes.subarray(textEnd, end));
    this.#padding -= end - textEnd;
    return end;
  }

  #expect(state: 'size' | 'header', wanted: number): void {
    this.#state = state;
    this.#wanted = wanted;
    this.#held = Buffer.alloc(0);
  }
}

/** The parts of all messages of a complete queue. */
export function* queuedMessages(bytes: Uint8Array, count: number): Generator<QueuedMessage, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const header = bytes.subarray(at + 4, at + 4 + view.getUint32(at, true));
    const textAt = at + 4 + header.length;
    const size = messageSize(header);
    at = textAt + roundUp(size, 8);
    yield { header, text: bytes.subarray(textAt, textAt + size), padding: bytes.subarray(textAt + size, at) };
  }
}

/** `msize` of an encoded ipc_msg. */
export function messageSize(header: Uint8Array): number {
  let size: number | undefined;
  const halves: Halves = { lo: 0, hi: 0 };
  try {
    for (const field of fields(header, 0, header.length)) {
      if (field.number !== 2 || field.wire !== 0) continue;
      readAnyVarint(header, field.value, field.end, halves);
      size = halves.lo;
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new CritError('format', `a queued message with a broken header: ${error.reason}`);
  }
  if (size === undefined) throw new CritError('format', 'a queued message without msize');
  return size;
}
