/**
 * JSON text of messages to their bytes, without a value between.
 *
 * A transcoder is compiled for each message of numbers and booleans: it expects the text that the decoders write, as a parser does
 * (parse.ts), and writes what an encoder would (encode.ts). All other text, right or wrong, is left to those two.
 */
import type { Field, MessageType } from '../schema/schema.ts';
import { construct } from './construct.ts';
import { tagOf } from './field-tag.ts';
import type { Output } from './output.ts';
import { putVarint32, putVarint64 } from './wire.ts';

/** Appends the message whose text begins at a position, and gives the position behind it; -1, and nothing, for any other text. */
export type Transcode = (text: Uint8Array, from: number, output: Output) => number;

const transcoders = new WeakMap<MessageType, Transcode>();

/** Undefined where the message has fields of other kinds, but for messages that may be absent. */
export function transcoderOf(type: MessageType): Transcode | undefined {
  if (!type.fields.every((field) => isPlain(field) || (field.kind === 'message' && field.label === 'optional')))
    return undefined;
  let transcode = transcoders.get(type);
  if (!transcode) transcoders.set(type, (transcode = compile(type)));
  return transcode;
}

function isPlain({ kind, label }: Field): boolean {
  return label !== 'repeated' && (kind === 'uint32' || kind === 'uint64' || kind === 'bool');
}

function compile(type: MessageType): Transcode {
  const source = `function transcode_${type.name.replaceAll('.', '_')}(b, from, w) {
    let p = from, separator = 123, x = 0, c = 0, q = 0, o = w.length;
    const out = w.room(o, ROOM);
    ${type.fields.filter(isPlain).map(transcodeField).join('\n')}
    if (separator === 123 && b[p++] !== 123) return -1;
    if (b[p] !== 125) return -1;
    w.length = o;
    return p + 1;
  }`;
  const transcode = construct({ putVarint32, putVarint64, ROOM: type.fields.length * 16 + 64 }, source);
  if (!isTranscode(transcode)) throw new TypeError('not a transcoder');
  return transcode;
}

function isTranscode(value: unknown): value is Transcode {
  return typeof value === 'function';
}

/** Code that reads a number into x: at most 15 digits, which are exact, and no zero in front, which JSON does not have. */
const NUMBER = `q = p; x = 0;
  while ((c = b[p] - 48) >= 0 && c <= 9) { x = x * 10 + c; p++; }
  if (p === q || p - q > 15 || (b[q] === 48 && p - q > 1)) return -1;`;
const BOOL = `if (${matches('true', 0)}) { x = 1; p += 4; } else if (${matches('false', 0)}) { x = 0; p += 5; } else return -1;`;

/** Code for one field. In it: b text, p position, x the value, separator what stands before a key, out and o the output and its length. */
function transcodeField(field: Field): string {
  const key = `${JSON.stringify(field.name)}:`;
  const match = matches(key, 1);
  const missing = field.label === 'required' ? ' else return -1;' : '';
  const tag = tagOf(field)
    .map((byte) => `out[o++] = ${byte};`)
    .join(' ');
  return `if (b[p] === separator && ${match}) {
    p += ${key.length + 1}; separator = 44; ${field.kind === 'bool' ? `${BOOL} ${tag} out[o++] = x;` : `${NUMBER} ${tag} ${putNumber(field)}`}
  }${missing}`;
}

function putNumber({ kind }: Field): string {
  const large = kind === 'uint64' ? 'o = putVarint64(out, o, x % 4294967296, x / 4294967296);' : 'return -1;';
  return `if (x > 4294967295) ${large} else o = putVarint32(out, o, x);`;
}

/** Code that tells whether a text of ASCII stands so many bytes behind p. */
function matches(text: string, behind: number): string {
  return [...Buffer.from(text)].map((byte, index) => `b[p + ${behind + index}] === ${byte}`).join(' && ');
}
