/**
 * Brings a message into the form in which CRIU writes it.
 *
 * Protobuf allows more than one way to write the same message: fields in any order, a field again that overrides or extends
 * the first, integers with more bytes than they need, a repeated number packed or not. CRIU writes one of them: fields by
 * number, each once, as short as can be, packed where the schema says so. The decoders are compiled for that one alone;
 * everything else comes through here, and so do all broken messages, to be told what is wrong with them.
 */
import { CritError } from '../error.ts';
import type { Field, MessageType, Scalar } from '../schema/schema.ts';
import { wireOf } from './field-tag.ts';
import { Output } from './output.ts';
import {
  DELIMITED,
  VARINT,
  WireError,
  fields,
  mergeFields,
  putVarint32,
  putVarint64,
  readAnyVarint,
  type Halves,
  type RawField,
} from './wire.ts';

/** Messages that hold messages of their own kind may do so to this depth, as in other readers of protobuf. */
export const NESTING_LIMIT = 100;

/**
 * Fields of one message, or values of one field, that are taken where they are not written as CRIU writes them: each takes some
 * hundred bytes of memory then. A process can have 1,048,576 VMAs.
 */
const FIELD_LIMIT = 1_100_000;

export interface Normalized {
  /** The message with all fields that the schema does not know at the end of the message that holds them. */
  readonly unknownLast: Uint8Array;
  /** The message with those fields among the others, by number, which is how it is encoded. */
  readonly merged: Uint8Array;
}

/** Throws a WireError where the bytes are not a message of that type, and a CritError where it has too many fields. */
export function normalize(type: MessageType, bytes: Uint8Array, from: number, end: number): Normalized {
  const { unknownLast, merged } = normalizeAt(type, bytes, from, end, 0, []);
  return { unknownLast: unknownLast.view(), merged: merged.view() };
}

/** What a message becomes, which its own message takes before the next one of that depth is written here. */
interface Level {
  readonly unknownLast: Output;
  readonly merged: Output;
}

function normalizeAt(
  type: MessageType,
  bytes: Uint8Array,
  from: number,
  end: number,
  depth: number,
  levels: Level[],
): Level {
  if (depth > NESTING_LIMIT) throw new WireError(`messages are nested deeper than ${NESTING_LIMIT} levels`, from);
  const known = new Map<number, RawField[]>();
  const unknown: RawField[] = [];
  let count = 0;
  for (const field of fields(bytes, from, end)) {
    if (++count > FIELD_LIMIT) tooMany('fields');
    if (!type.byNumber.has(field.number)) unknown.push(field);
    else {
      const same = known.get(field.number);
      if (same) same.push(field);
      else known.set(field.number, [field]);
    }
  }

  const level = (levels[depth] ??= { unknownLast: new Output(256), merged: new Output(256) });
  const { unknownLast, merged } = level;
  unknownLast.length = merged.length = 0;
  for (const field of type.fields) {
    const raw = known.get(field.number);
    if (!raw) {
      if (field.label === 'required') throw new WireError(`required field ${field.name} is missing`, from);
      continue;
    }
    for (const each of raw) checkWire(field, each);
    if (field.kind === 'message') {
      for (const part of field.label === 'repeated' ? raw : [joined(raw)]) {
        const body = Array.isArray(part)
          ? normalizeParts(field.type, bytes, part, depth + 1, levels)
          : normalizeAt(field.type, bytes, part.value, part.end, depth + 1, levels);
        appendDelimited(unknownLast, field, body.unknownLast.view());
        appendDelimited(merged, field, body.merged.view());
      }
    } else {
      const values: Value[] = [];
      for (const each of raw) addValues(values, field, bytes, each);
      const kept = field.label === 'repeated' ? values : values.slice(-1);
      const start = unknownLast.length;
      appendScalars(unknownLast, field, kept);
      merged.append(unknownLast.bytes.subarray(start, unknownLast.length));
    }
  }
  if (unknown.length === 0) return level;

  unknown.sort((a, b) => a.number - b.number);
  const tail = Buffer.concat(unknown.map((field) => bytes.subarray(field.start, field.end)));
  unknownLast.append(tail);
  const all = mergeFields(merged.view(), tail);
  merged.length = 0;
  merged.append(all);
  return level;
}

/** One message field written several times: its parts are merged, as if their bytes stood in a row. */
function joined(raw: RawField[]): RawField | RawField[] {
  const [only] = raw;
  return only && raw.length === 1 ? only : raw;
}

function normalizeParts(
  type: MessageType,
  bytes: Uint8Array,
  parts: RawField[],
  depth: number,
  levels: Level[],
): Level {
  const all = Buffer.concat(parts.map((part) => bytes.subarray(part.value, part.end)));
  try {
    return normalizeAt(type, all, 0, all.length, depth, levels);
  } catch (error) {
    // Its offset is one in the copy.
    throw error instanceof WireError ? new WireError(error.reason, parts[0]?.start ?? 0) : error;
  }
}

function checkWire(field: Field, raw: RawField): void {
  const wire = wireOf(field);
  const packed = field.label === 'repeated' && raw.wire === DELIMITED;
  if (raw.wire !== wire && !packed) {
    throw new WireError(`field ${field.name} has wire type ${raw.wire}; a ${field.kind} has ${wire}`, raw.start);
  }
}

function tooMany(what: string): never {
  throw new CritError('limit', `damaged, or not written as CRIU writes it, with more than ${FIELD_LIMIT} ${what}`);
}

type Value = Halves | Uint8Array;

function addValues(values: Value[], field: Field, bytes: Uint8Array, raw: RawField): void {
  const wire = wireOf(field);
  if (wire === DELIMITED) {
    values.push(bytes.subarray(raw.value, raw.end));
    return;
  }
  // A run in the packed form, or one value as a run of one.
  for (let position = raw.value; position < raw.end;) {
    const value: Halves = { lo: 0, hi: 0 };
    if (wire === VARINT) position = readAnyVarint(bytes, position, raw.end, value);
    else {
      if (position + 8 > raw.end) throw new WireError(`field ${field.name} is cut off`, raw.start);
      value.lo = readUint32(bytes, position);
      value.hi = readUint32(bytes, position + 4);
      position += 8;
    }
    if (values.length === FIELD_LIMIT) tooMany('values');
    values.push(narrow(field.kind === 'enum' ? 'int32' : field.kind, value));
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}

/** Integers that are too large for their type lose their upper bits, as every reader of protobuf has it. */
function narrow(kind: Scalar | 'message', value: Halves): Halves {
  switch (kind) {
    case 'bool':
      return { lo: value.lo !== 0 || value.hi !== 0 ? 1 : 0, hi: 0 };
    case 'uint32':
    case 'sint32':
      return { lo: value.lo, hi: 0 };
    case 'int32':
      return { lo: value.lo, hi: value.lo > 0x7fffffff ? 0xffffffff : 0 };
    default:
      return value;
  }
}

function appendTag(out: Output, number: number, wire: number): void {
  out.length = putVarint32(out.room(out.length, 5), out.length, ((number << 3) | wire) >>> 0);
}

function appendDelimited(out: Output, field: Field, body: Uint8Array): void {
  appendTag(out, field.number, DELIMITED);
  out.length = putVarint32(out.room(out.length, 5), out.length, body.length);
  out.append(body);
}

function appendValue(out: Output, wire: number, value: Halves): void {
  const bytes = out.room(out.length, 10);
  if (wire === VARINT) out.length = putVarint64(bytes, out.length, value.lo, value.hi);
  else {
    bytes.writeUInt32LE(value.lo, out.length);
    out.length = bytes.writeUInt32LE(value.hi, out.length + 4);
  }
}

function appendScalars(out: Output, field: Field, values: readonly Value[]): void {
  const wire = wireOf(field);
  // A packed field without values means the same as one that is absent, which is how it is written.
  if (field.packed && values.length > 0) {
    const run = new Output(64);
    for (const value of values) if (!(value instanceof Uint8Array)) appendValue(run, wire, value);
    appendDelimited(out, field, run.view());
    return;
  }
  for (const value of values) {
    if (value instanceof Uint8Array) appendDelimited(out, field, value);
    else {
      appendTag(out, field.number, wire);
      appendValue(out, wire, value);
    }
  }
}
