/**
 * The messages of criu-image-streamer's stream: `{1: seq, one of 2: filename, 3: file_data, 4: file_eof, 5: image_eof}`, each
 * behind its length. A `seq` of 0 is left out, as proto3 does.
 */
import { isUtf8 } from 'node:buffer';
import { CritError } from '../../error.ts';

/** What a message says: the file that comes next, bytes of it, its end, or the end of all. */
export type Said =
  | { readonly kind: 'filename'; readonly name: string }
  | { readonly kind: 'data'; readonly size: number }
  | { readonly kind: 'file end' }
  | { readonly kind: 'end' };

export interface StreamMessage {
  /** Its number in the stream, over all shards. */
  readonly seq: number;
  readonly said: Said;
}

/** The most that a message has; data stands behind it. */
export const MESSAGE_LIMIT: number = 10 * 1024;
/** Size of the length before each message. */
export const PREFIX_SIZE = 4;

const SEQ = 0x08;
const FILENAME = 0x12;
const DATA = 0x18;
const FILE_END = 0x20;
const END = 0x28;

/** A message with its length before it. */
export function encodeMessage({ seq, said }: StreamMessage): Buffer {
  const bytes: number[] = [0, 0, 0, 0];
  if (seq > 0) bytes.push(SEQ, ...varint(seq));
  if (said.kind === 'filename') {
    const name = Buffer.from(said.name);
    bytes.push(FILENAME, ...varint(name.length), ...name);
  } else if (said.kind === 'data') bytes.push(DATA, ...varint(said.size));
  else bytes.push(said.kind === 'end' ? END : FILE_END, 1);
  const message = Buffer.from(bytes);
  message.writeUInt32LE(message.length - PREFIX_SIZE);
  return message;
}

/** What a message without its length says. Throws a CritError where it is none. */
export function decodeMessage(bytes: Uint8Array): StreamMessage {
  const reader = new Fields(bytes);
  let seq = 0;
  let said: Said | undefined;
  while (!reader.isOver) {
    const key = reader.varint();
    if (key === SEQ) {
      seq = reader.varint();
      continue;
    }
    if (said) throw bad('says two things');
    said = saidOf(key, reader);
  }
  if (!said) throw bad('says nothing');
  return { seq, said };
}

function saidOf(key: number, reader: Fields): Said {
  if (key === FILENAME) return { kind: 'filename', name: reader.text() };
  const value = reader.varint();
  if (key === DATA && value <= 0xffffffff) return { kind: 'data', size: value };
  if (key === FILE_END && value === 1) return { kind: 'file end' };
  if (key === END && value === 1) return { kind: 'end' };
  throw bad(`has a field ${key >> 3} that the stream of criu-image-streamer has not`);
}

class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at === this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw bad('ends within a field');
      value += (byte & 0x7f) * factor;
      if (byte < 128 && Number.isSafeInteger(value)) return value;
    }
    throw bad('holds a number that is too large');
  }

  text(): string {
    const size = this.varint();
    const bytes = Buffer.from(this.#bytes.subarray(this.#at, this.#at + size));
    this.#at += size;
    if (bytes.length < size || !isUtf8(bytes)) throw bad('holds no name');
    return bytes.toString('utf8');
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function bad(what: string): CritError {
  return new CritError('format', `a message that ${what}`);
}
