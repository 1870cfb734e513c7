/** Other ways to write a message that mean the same: all that protobuf allows and CRIU does not do. */
import type protobuf from 'protobufjs';
import { tag, unknownBytes, valueBytes, wireType, writer, type Message, type Value } from './arbitrary.ts';

/** Gives a number below `limit`, by chance. */
export type Pick = (limit: number) => number;

/** The bytes of a message with its fields in any order, given twice, packed or not, and varints longer than need be. */
export function variantBytes(message: Message, pick: Pick): Uint8Array {
  const parts: { number: number; bytes: Uint8Array }[] = [];
  const nested = (inner: Message): Uint8Array => variantBytes(inner, pick);
  for (const [field, values] of message.fields) {
    const add = (bytes: Uint8Array): unknown => parts.push({ number: field.id, bytes });
    if (field.repeated && wireType(field) !== 2) repeatedParts(field, values, pick).forEach(add);
    else if (!field.repeated && typeof values[0] === 'object' && 'type' in values[0] && pick(3) === 0) {
      splitMessage(values[0], pick).forEach((half) => add(delimitedField(field, variantBytes(half, pick), pick)));
    } else {
      if (!field.repeated && wireType(field) !== 2 && pick(4) === 0) add(overridden(field, pick));
      for (const value of values) add(fieldBytes(field, value, nested, pick));
    }
  }
  parts.push(...message.unknown.map((field) => ({ number: field.number, bytes: unknownBytes(field) })));
  return Buffer.concat(pick(2) === 0 ? parts.map(({ bytes }) => bytes) : shuffled(parts, pick));
}

/** All parts in any order, but those of one field in theirs. */
function shuffled(parts: { number: number; bytes: Uint8Array }[], pick: Pick): Uint8Array[] {
  const slots = parts.map(({ number }) => ({ number, key: pick(1_000_000) })).sort((a, b) => a.key - b.key);
  const queues = new Map<number, Uint8Array[]>();
  for (const { number, bytes } of parts) queues.set(number, [...(queues.get(number) ?? []), bytes]);
  return slots.flatMap(({ number }) => queues.get(number)?.shift() ?? []);
}

function fieldBytes(
  field: protobuf.Field,
  value: Value,
  nested: (message: Message) => Uint8Array,
  pick: Pick,
): Uint8Array {
  const wire = wireType(field);
  if (wire === 2) {
    const bytes = value instanceof Uint8Array ? value : typeof value === 'object' ? nested(value) : new Uint8Array(0);
    return delimitedField(field, bytes, pick);
  }
  return Buffer.concat([longTag(field.id, wire, pick), scalarBytes(field, value, pick)]);
}

function scalarBytes(field: protobuf.Field, value: Value, pick: Pick): Uint8Array {
  const wire = wireType(field);
  // Other readers take the lower 32 bits of a number, and any number but 0 for true.
  if (value === true && pick(4) === 0)
    return longer(
      writer()
        .uint32(2 + pick(300))
        .finish(),
      pick,
    );
  if (field.type === 'int32' && typeof value === 'number' && value < 0 && pick(3) === 0) {
    return longer(
      writer()
        .uint32(value >>> 0)
        .finish(),
      pick,
    );
  }
  const bytes = valueBytes(field, value, () => new Uint8Array(0));
  return wire === 0 ? longer(bytes, pick) : bytes;
}

function delimitedField(field: protobuf.Field, bytes: Uint8Array, pick: Pick): Uint8Array {
  return Buffer.concat([longTag(field.id, 2, pick), longer(writer().uint32(bytes.length).finish(), pick), bytes]);
}

function longTag(number: number, wire: number, pick: Pick): Uint8Array {
  return longer(tag(number, wire), pick);
}

/** A varint with up to as many bytes as it may have. */
function longer(varint: Uint8Array, pick: Pick): Uint8Array {
  const more = pick(5) === 0 ? pick(11 - varint.length) : 0;
  if (more === 0) return varint;
  const bytes = Buffer.concat([varint, Buffer.alloc(more, 0x80)]);
  for (let at = varint.length - 1; at < bytes.length - 1; at++) bytes[at] = (bytes[at] ?? 0) | 0x80;
  bytes[bytes.length - 1] = 0;
  return bytes;
}

/** A list of numbers as runs, packed or not. */
function repeatedParts(field: protobuf.Field, values: readonly Value[], pick: Pick): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < values.length;) {
    const run = values.slice(at, at + 1 + pick(3));
    at += run.length;
    if (pick(2) === 0) {
      const body = Buffer.concat(run.map((value) => scalarBytes(field, value, pick)));
      parts.push(delimitedField(field, body, pick));
    } else {
      for (const value of run) parts.push(fieldBytes(field, value, () => new Uint8Array(0), pick));
    }
  }
  if (pick(6) === 0) parts.push(delimitedField(field, new Uint8Array(0), pick));
  return parts;
}

/** A value that the next one of the same field overrides. */
function overridden(field: protobuf.Field, pick: Pick): Uint8Array {
  const bytes = wireType(field) === 1 ? Buffer.alloc(8, pick(256)) : writer().uint32(pick(1_000)).finish();
  return Buffer.concat([tag(field.id, wireType(field)), bytes]);
}

/** Two messages that are the given one when they are merged. */
function splitMessage(message: Message, pick: Pick): Message[] {
  const sides = message.fields.map(() => pick(2));
  return [0, 1].map((side) => ({
    ...message,
    fields: message.fields.filter((_, index) => sides[index] === side),
    unknown: side === 0 ? message.unknown : [],
  }));
}
