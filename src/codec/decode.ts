/**
 * Protobuf bytes to JSON text.
 *
 * A decoder is compiled for each message and style: straight code that expects the fields in the order in which CRIU writes
 * them and writes JSON bytes as it goes, with no object in between. It answers false at the first byte that is not as
 * expected; such a message is then brought into the expected form by normalize.ts, or found to be broken.
 */
import type { MessageType } from '../schema/schema.ts';
import { construct } from './construct.ts';
import { DecodeSource } from './decode-source.ts';
import * as json from './json-text.ts';
import type { Output } from './output.ts';
import { writePythonBase64, writePythonString } from './python-text.ts';
import type { Style } from './style.ts';
import { WireError, fields, readVarint, type Halves } from './wire.ts';

/**
 * Writes the message between two positions; false, with the output's length undefined, where it is not as CRIU writes it.
 * Fields that the schema does not know must stand behind the known ones: `sorted`, with greater numbers than all of them.
 */
type Decode = (bytes: Uint8Array, from: number, end: number, output: Output, depth: number, sorted: boolean) => boolean;

/** The same in pieces: yields where the output should be emptied, between the messages of a list. */
type DecodeInPieces = (...args: Parameters<Decode>) => Generator<void, boolean, void>;

/** A decoder that is compiled when it first runs. */
export interface Decoder {
  decode: Decode;
}

const decoders = new WeakMap<MessageType, Map<string, Decoder>>();

/** The decoder of a message. `hex`: all integers in it are shown in hexadecimal, as a field that holds it says. */
export function decoderOf(type: MessageType, style: Style, hex = false): Decoder {
  let byStyle = decoders.get(type);
  if (!byStyle) decoders.set(type, (byStyle = new Map()));
  const key = `${style.human}${style.crit}${hex}`;
  let decoder = byStyle.get(key);
  if (!decoder) {
    decoder = {
      decode(bytes, from, end, output, depth, sorted) {
        this.decode = compile(type, style, hex);
        return this.decode(bytes, from, end, output, depth, sorted);
      },
    };
    byStyle.set(key, decoder);
  }
  return decoder;
}

const decodersInPieces = new WeakMap<MessageType, Map<string, DecodeInPieces>>();

/** The decoder of a message that is so large that its text is passed on before its end. */
export function decoderInPieces(type: MessageType, style: Style): DecodeInPieces {
  let byStyle = decodersInPieces.get(type);
  if (!byStyle) decodersInPieces.set(type, (byStyle = new Map()));
  const key = `${style.human}${style.crit}`;
  let decode = byStyle.get(key);
  if (!decode) {
    const made = construct(...sourceOf(type, style, false, true));
    if (!isDecodeInPieces(made)) throw new TypeError('not a decoder');
    byStyle.set(key, (decode = made));
  }
  return decode;
}

/** What the compiled code may call, beside its nested decoders and its texts. */
const RUNTIME = {
  ...json,
  readVarint,
  writePythonBase64,
  writePythonString,
  isUnknown,
  halves: { lo: 0, hi: 0 } satisfies Halves,
};

function compile(type: MessageType, style: Style, hex: boolean): Decode {
  const decode = construct(...sourceOf(type, style, hex, false));
  if (!isDecode(decode)) throw new TypeError('not a decoder');
  return decode;
}

function sourceOf(type: MessageType, style: Style, hex: boolean, inPieces: boolean): [scope: Scope, text: string] {
  const nested = (each: MessageType, nestedHex: boolean): Decoder => decoderOf(each, style, nestedHex);
  const source = new DecodeSource(type, style, hex, nested, inPieces);
  return [{ ...RUNTIME, parts: source.parts }, source.text()];
}

type Scope = Readonly<Record<string, unknown>>;

function isDecodeInPieces(value: unknown): value is DecodeInPieces {
  return typeof value === 'function';
}

function isDecode(value: unknown): value is Decode {
  return typeof value === 'function';
}

/** Whether these are fields that the schema does not know; `sorted`: by number, all behind the known ones. */
function isUnknown(bytes: Uint8Array, from: number, end: number, type: MessageType, sorted: boolean): boolean {
  let number = sorted ? (type.fields.at(-1)?.number ?? 0) : 0;
  try {
    for (const field of fields(bytes, from, end)) {
      if (field.number < number || type.byNumber.has(field.number)) return false;
      number = field.number;
    }
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
