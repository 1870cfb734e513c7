/** The bytes behind an entry as CRIT shows them in its documents, written as they come. */
import { MessageDecoder } from '../codec/message-decoder.ts';
import type { Output } from '../codec/output.ts';
import { PythonBase64Writer } from '../codec/python-text.ts';
import type { Style } from '../codec/style.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { ExtraKind } from '../schema/images.ts';
import { DocumentLayout } from './document-layout.ts';
import type { ExtraSize } from '../image/extra/extra-size.ts';
import { QueueWalker } from '../image/extra/message-queue.ts';

/** Writes one extra. */
export interface ExtraWriter {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Where an extra is written, and who is told about bytes in it that a document cannot hold. */
export interface ExtraTarget {
  readonly output: Output;
  readonly schema: ImageSchema;
  readonly style: Style;
  readonly onLoss: () => void;
}

/** Depth of an item of the object or list that an extra is. */
const DEPTH = 4;

/** The writer of an extra of that kind and size. */
export function extraWriter(kind: ExtraKind, size: ExtraSize, target: ExtraTarget): ExtraWriter {
  if (kind === 'ipc-msg') return new MessagesWriter(size.kind === 'messages' ? size.count : 0, target);
  if (kind === 'ipc-sem') return new NumbersWriter(partsOf(size)[0] ?? 0, target);
  if (kind === 'tcp-stream') return new QueuesWriter(partsOf(size), target);
  const length = size.kind === 'rest' ? Infinity : partsOf(size).reduce((sum, part) => sum + part, 0);
  return new BytesWriter(length, target);
}

function partsOf(size: ExtraSize): readonly number[] {
  return size.kind === 'bytes' ? size.parts : [];
}

/** Base64 of so many bytes; what comes behind them is padding. */
class BytesWriter implements ExtraWriter {
  readonly #writer: PythonBase64Writer;
  readonly #target: ExtraTarget;
  #left: number;

  constructor(length: number, target: ExtraTarget) {
    this.#left = length;
    this.#target = target;
    this.#writer = new PythonBase64Writer(target.output);
  }

  push(bytes: Uint8Array): void {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    this.#writer.push(bytes.subarray(0, taken));
    checkPadding(bytes.subarray(taken), this.#target);
  }

  end(): void {
    this.#writer.end();
  }
}

/** `{"inq": .., "outq": ..}` */
class QueuesWriter implements ExtraWriter {
  readonly #layout: DocumentLayout;
  readonly #output: Output;
  readonly #second: number;
  #left: number;
  #isSecond = false;
  #writer: PythonBase64Writer;

  constructor([first = 0, second = 0]: readonly number[], { output, style }: ExtraTarget) {
    this.#output = output;
    this.#layout = new DocumentLayout(output, style.human);
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
    this.#layout.close(DEPTH - 1, false);
    this.#output.appendText('}');
  }

  #turn(): void {
    this.#isSecond = true;
    this.#left = this.#second;
    this.#writer.end();
    this.#writer = this.#begin('outq', false);
  }

  #begin(key: string, isFirst: boolean): PythonBase64Writer {
    this.#layout.item(DEPTH, isFirst);
    this.#output.appendText(`"${key}": `);
    return new PythonBase64Writer(this.#output);
  }
}

/** A list of unsigned 16-bit numbers. */
class NumbersWriter implements ExtraWriter {
  readonly #target: ExtraTarget;
  readonly #layout: DocumentLayout;
  #left: number;
  #isFirst = true;
  /** The first byte of a number whose second has not come yet. */
  #half: number | undefined;

  constructor(length: number, target: ExtraTarget) {
    this.#left = length;
    this.#target = target;
    this.#layout = new DocumentLayout(target.output, target.style.human);
    target.output.appendText('[');
  }

  push(bytes: Uint8Array): void {
    const taken = Math.min(this.#left, bytes.length);
    this.#left -= taken;
    for (const byte of bytes.subarray(0, taken)) {
      if (this.#half === undefined) {
        this.#half = byte;
        continue;
      }
      this.#layout.item(DEPTH, this.#isFirst);
      this.#target.output.appendText(String(this.#half | (byte << 8)));
      this.#isFirst = false;
      this.#half = undefined;
    }
    checkPadding(bytes.subarray(taken), this.#target);
  }

  end(): void {
    this.#layout.close(DEPTH - 1, this.#isFirst);
    this.#target.output.appendText(']');
  }
}

/** A list in which messages and their texts alternate. */
class MessagesWriter implements ExtraWriter {
  readonly #target: ExtraTarget;
  readonly #layout: DocumentLayout;
  readonly #walker: QueueWalker;
  #isFirst = true;

  constructor(count: number, target: ExtraTarget) {
    const { output, schema, style } = target;
    const layout = new DocumentLayout(output, style.human);
    const decoder = new MessageDecoder(schema.message('ipc_msg'), style, DEPTH - 2);
    let text: PythonBase64Writer | undefined;
    this.#target = target;
    this.#layout = layout;
    this.#walker = new QueueWalker(count, {
      onHeader: (header) => {
        layout.item(DEPTH, this.#isFirst);
        this.#isFirst = false;
        if (!decoder.decode(header, 0, header.length, output, 0)) target.onLoss();
        layout.item(DEPTH, false);
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
    this.#layout.close(DEPTH - 1, this.#isFirst);
    this.#target.output.appendText(']');
  }
}

/** A document says nothing of padding, which is zero in what CRIU writes. */
function checkPadding(bytes: Uint8Array, target: ExtraTarget): void {
  if (!bytes.every((byte) => byte === 0)) target.onLoss();
}
