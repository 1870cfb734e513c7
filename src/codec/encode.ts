/**
 * JavaScript values to protobuf bytes.
 *
 * An encoder is compiled for each message: straight code that writes the fields in the order of their numbers, as CRIU does.
 * What it cannot take at once (numbers as text, names of flags, unknown keys) goes to parse-value.ts or to `checkKeys`.
 */
import { didYouMean } from '../nearest.ts';
import type { Field, MessageType } from '../schema/schema.ts';
import { construct } from './construct.ts';
import { FieldError } from './field-error.ts';
import { tagOf } from './field-tag.ts';
import { NESTING_LIMIT } from './normalize.ts';
import { Output } from './output.ts';
import * as values from './parse-value.ts';
import { WireError, fields, mergeFields, putVarint32, putVarint64, varintSize } from './wire.ts';

type Encode = (value: unknown, output: Output, depth: number) => void;

interface Encoder {
  encode: Encode;
}

const encoders = new WeakMap<MessageType, Encoder>();

/** The encoder of a message, compiled when it first runs. */
function encoderOf(type: MessageType): Encoder {
  let encoder = encoders.get(type);
  if (!encoder) {
    encoder = {
      encode(value, output, depth) {
        this.encode = compile(type);
        this.encode(value, output, depth);
      },
    };
    encoders.set(type, encoder);
  }
  return encoder;
}

/**
 * Appends the bytes of an entry, or of a message that stands `depth` messages deep in one. Throws a FieldError where the value does not fit the message; the output is then
 * as before.
 */
export function encodeMessage(type: MessageType, value: unknown, output: Output, depth: number = 0): void {
  const start = output.length;
  try {
    encoderOf(type).encode(value, output, depth);
  } catch (error) {
    output.length = start;
    throw error;
  }
}

const RUNTIME = {
  ...values,
  putVarint32,
  putVarint64,
  putInteger,
  checkKeys,
  closeMessage,
  missing,
  objectOf,
  listOf,
  within,
};

function compile(type: MessageType): Encode {
  const parts: unknown[] = [];
  const body = type.fields.map((field) => encodeField(field, parts)).join('\n');
  const source = `function encode_${type.name.replaceAll('.', '_')}(value, w, d) {
    const v = objectOf(value, d), from = w.length;
    let n = 0, x, i = 0;
    let out = w.room(w.length, ROOM), o = w.length;
    ${body}
    w.length = o;
    let keys = 0;
    for (const key in v) keys++;
    if (keys !== n) checkKeys(type, v, w, from);
  }`;
  const encode = construct({ ...RUNTIME, parts, type, ROOM: type.fields.length * 16 + 64 }, source);
  if (!isEncode(encode)) throw new TypeError('not an encoder');
  return encode;
}

function isEncode(value: unknown): value is Encode {
  return typeof value === 'function';
}

/** Code for one field. In it: v the object, x the field's value, w output, out and o its buffer and length, n known keys. */
function encodeField(field: Field, parts: unknown[]): string {
  const f = `parts[${parts.push(field) - 1}]`;
  const name = JSON.stringify(field.name);
  let code: string;
  if (field.label === 'repeated') code = encodeList(field, f, parts);
  else code = `try { ${putTag(field)} ${encodeValue(field, f, parts)} } catch (e) { throw within(e, ${name}); }`;
  const absent = field.label === 'required' ? ` else missing(${name});` : '';
  return `x = v[${name}]; if (x !== undefined) { n++; ${code} }${absent}`;
}

function encodeList(field: Field, f: string, parts: unknown[]): string {
  const name = JSON.stringify(field.name);
  const list = field.display?.ipadd ? 'parseAddressList(listOf(x))' : 'listOf(x)';
  const item = `x = list[i]; out = w.room(o, ROOM); ${field.packed ? '' : putTag(field)} ${encodeValue(field, f, parts)}`;
  const items = `for (i = 0; i < list.length; i++) { ${item} }`;
  const body = field.packed
    ? `if (list.length > 0) { ${putTag(field)} const body = ++o; ${items} w.length = o; closeMessage(w, body); out = w.room(w.length, ROOM); o = w.length; }`
    : items;
  return `i = -1; try { const list = ${list}; ${body} } catch (e) { throw within(e, i < 0 ? ${name} : ${name} + '[' + i + ']'); }`;
}

/** Code that writes x, whose tag is there already. */
function encodeValue(field: Field, f: string, parts: unknown[]): string {
  switch (field.kind) {
    case 'message': {
      const encoder = parts.push(encoderOf(field.type)) - 1;
      // The length is written when it is known, in the one byte that is kept for it or more.
      return `w.length = ++o; { const body = o; parts[${encoder}].encode(x, w, d + 1); closeMessage(w, body); } out = w.room(w.length, ROOM); o = w.length;`;
    }
    case 'string':
    case 'bytes': {
      const parse = field.kind === 'string' ? 'parseString(x)' : `parseBytes(${f}, x)`;
      return `{ const bytes = ${parse}; out = w.room(o, bytes.length + ROOM); o = putVarint32(out, o, bytes.length); out.set(bytes, o); o += bytes.length; }`;
    }
    case 'bool':
      return 'out[o++] = parseBool(x) ? 1 : 0;';
    case 'uint32':
      return `o = putVarint32(out, o, typeof x === 'number' && x >>> 0 === x ? x : Number(parseInteger(${f}, x)));`;
    case 'uint64':
      return `if (typeof x !== 'number') o = putInteger(out, o, ${f}, x); else if (x >>> 0 === x) o = putVarint32(out, o, x); else if (x > 0 && x <= 9007199254740991 && Math.floor(x) === x) o = putVarint64(out, o, x % 4294967296, x / 4294967296); else o = putInteger(out, o, ${f}, x);`;
    case 'enum':
    case 'int32':
    case 'sint32':
    case 'int64':
    case 'sint64':
    case 'fixed64':
      return `o = putInteger(out, o, ${f}, x);`;
  }
}

function putTag(field: Field): string {
  return tagOf(field)
    .map((byte) => `out[o++] = ${byte};`)
    .join(' ');
}

/** Writes an integer of any kind, in any form. */
function putInteger(out: Buffer, at: number, field: Field, value: unknown): number {
  let integer = values.parseInteger(field, value);
  if (field.kind === 'sint32' || field.kind === 'sint64') integer = (integer << 1n) ^ (integer < 0n ? -1n : 0n);
  if (field.kind === 'fixed64') return out.writeBigUInt64LE(integer, at);
  const bits = BigInt.asUintN(64, integer);
  return putVarint64(out, at, Number(bits & 0xffffffffn), Number(bits >> 32n));
}

/** Writes the length of what stands behind `body`, where one byte was kept for it, and moves it where that is not enough. */
function closeMessage(output: Output, body: number): void {
  const length = output.length - body;
  const extra = varintSize(length) - 1;
  const bytes = output.room(output.length, extra);
  if (extra > 0) bytes.copyWithin(body + extra, body, output.length);
  putVarint32(bytes, body - 1, length);
  output.length += extra;
}

/** The keys of an object are not just its fields: fields that the schema does not know are merged in, all else is an error. */
function checkKeys(type: MessageType, value: Readonly<Record<string, unknown>>, output: Output, from: number): void {
  for (const key of Object.keys(value)) {
    if (type.byName.has(key) || value[key] === undefined) continue;
    if (key !== '@unknown') {
      throw new FieldError(`${type.name} has no field ${values.show(key)}${didYouMean(key, type.byName.keys())}`);
    }
    const unknown = values.parseBase64(value[key]);
    try {
      for (const { number } of fields(unknown, 0, unknown.length)) {
        const known = type.byNumber.get(number);
        if (known) throw new FieldError(`field ${number} is ${known.name}: give it by its name`, key);
      }
    } catch (error) {
      throw error instanceof WireError ? new FieldError(`not protobuf fields: ${error.reason}`, key) : error;
    }
    const merged = mergeFields(output.bytes.subarray(from, output.length), unknown);
    output.length = from;
    output.append(merged);
  }
}

function missing(name: string): never {
  throw new FieldError('required, but missing', name);
}

function objectOf(value: unknown, depth: number): Record<string, unknown> {
  if (!isObject(value)) throw new FieldError(`${values.show(value)} is not an object`);
  if (depth > NESTING_LIMIT) throw new FieldError(`messages are nested deeper than ${NESTING_LIMIT} levels`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new FieldError(`${values.show(value)} is not a list`);
  return value;
}

function within(error: unknown, outer: string): unknown {
  return error instanceof FieldError ? error.within(outer) : error;
}
