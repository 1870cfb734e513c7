/**
 * Protobuf's wire format: varints, tags and fields.
 * Source: "Encoding" in the Protocol Buffers documentation.
 */
import { CritError } from '../error.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

/** The two halves of the integer that was read last, as unsigned 32-bit numbers. */
export interface Halves {
  lo: number;
  hi: number;
}

/**
 * Reads a varint of up to 64 bits into `into`.
 *
 * Gives the position behind it, or -1 where it is cut off, has more than 10 bytes, does not fit into 64 bits, or is
 * written with more bytes than it needs.
 */
export function readVarint(bytes: Uint8Array, from: number, end: number, into: Halves): number {
  let position = from;
  let lo = 0;
  let hi = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (position >= end) return -1;
    const byte = bytes[position++] ?? 0;
    const bits = byte & 0x7f;
    if (shift < 28) lo |= bits << shift;
    else if (shift === 28) {
      lo |= bits << 28;
      hi = bits >>> 4;
    } else hi |= bits << (shift - 32);
    if (byte < 0x80) {
      if ((byte === 0 && shift > 0) || (shift === 63 && byte > 1)) return -1;
      into.lo = lo >>> 0;
      into.hi = hi >>> 0;
      return position;
    }
  }
  return -1;
}

/** Writes an unsigned 32-bit number as a varint; gives the position behind it. Takes up to 5 bytes. */
export function putVarint32(out: Uint8Array, at: number, value: number): number {
  let o = at;
  let rest = value;
  while (rest > 127) {
    out[o++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[o++] = rest;
  return o;
}

/** Writes a 64-bit number, in two halves, as a varint; gives the position behind it. Takes up to 10 bytes. */
export function putVarint64(out: Uint8Array, at: number, low: number, high: number): number {
  let o = at;
  let lo = low >>> 0;
  let hi = high >>> 0;
  while (hi !== 0) {
    out[o++] = (lo & 127) | 128;
    lo = ((lo >>> 7) | (hi << 25)) >>> 0;
    hi >>>= 7;
  }
  return putVarint32(out, o, lo);
}

/** Bytes that a 32-bit varint takes. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/** A field as it stands in a message. */
export interface RawField {
  number: number;
  wire: number;
  /** Where its tag begins, its value begins (behind the length, where it has one), and where it ends. */
  start: number;
  value: number;
  end: number;
}

/** What is wrong with a message, at which byte. */
export class WireError extends CritError {
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super('format', reason, { offset });
    this.offset = offset;
  }
}

/** Reads a varint that may be written with more bytes than it needs. Throws a WireError; gives the position behind it. */
export function readAnyVarint(bytes: Uint8Array, from: number, end: number, into: Halves): number {
  const short = readVarint(bytes, from, end, into);
  if (short >= 0) return short;
  let last = from;
  while (last < end && (bytes[last] ?? 0) >= 0x80) last++;
  if (last >= end) throw new WireError('a varint is cut off', from);
  if (last - from >= 10) throw new WireError(`a varint of ${last - from + 1} bytes; 10 is the most`, from);
  let value = 0n;
  for (let position = last; position >= from; position--) value = (value << 7n) | BigInt((bytes[position] ?? 0) & 0x7f);
  into.lo = Number(value & 0xffffffffn);
  into.hi = Number((value >> 32n) & 0xffffffffn);
  return last + 1;
}

/** The fields of a message, one after another, checked but for their meaning. Throws a WireError. */
export function* fields(bytes: Uint8Array, from: number, end: number): Generator<RawField, void, undefined> {
  const halves: Halves = { lo: 0, hi: 0 };
  let position = from;
  while (position < end) {
    const start = position;
    position = readAnyVarint(bytes, position, end, halves);
    const wire = halves.lo & 7;
    const number = halves.lo >>> 3;
    if (halves.hi !== 0 || number === 0) throw new WireError('not a field number', start);
    let value = position;
    if (wire === VARINT) position = readAnyVarint(bytes, position, end, halves);
    else if (wire === FIXED64) position += 8;
    else if (wire === FIXED32) position += 4;
    else if (wire === DELIMITED) {
      value = readAnyVarint(bytes, position, end, halves);
      if (halves.hi !== 0 || halves.lo > end - value) {
        const length = BigInt(halves.hi) * 0x100000000n + BigInt(halves.lo);
        throw new WireError(`field ${number}: ${length} bytes expected, ${end - value} left in the message`, start);
      }
      position = value + halves.lo;
    } else if (wire === 3 || wire === 4) throw new WireError(`field ${number} is a group, which no image has`, start);
    else throw new WireError(`field ${number} has wire type ${wire}, which does not exist`, start);
    if (position > end) throw new WireError(`field ${number} is cut off`, start);
    yield { number, wire, start, value, end: position };
  }
}

/** Merges fields that a schema does not know among those that it knows, by number. Throws a WireError where either is not a message. */
export function mergeFields(known: Uint8Array, unknown: Uint8Array): Uint8Array {
  const all = [
    ...[...fields(known, 0, known.length)].map((field) => ({ field, bytes: known })),
    ...[...fields(unknown, 0, unknown.length)].map((field) => ({ field, bytes: unknown })),
  ];
  all.sort((a, b) => a.field.number - b.field.number);
  return Buffer.concat(all.map(({ field, bytes }) => bytes.subarray(field.start, field.end)));
}
