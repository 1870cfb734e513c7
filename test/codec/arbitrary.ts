/** Random messages of every type of the schema: their fields, their bytes, and what they are as JSON. */
import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import protobuf from 'protobufjs';

/** A number or a truth, the bytes of a text or of bytes, or a message. */
export type Value = number | bigint | boolean | Uint8Array | Message;

export interface Message {
  readonly type: protobuf.Type;
  /** Values by field; singular fields have one. In the order of the numbers. */
  readonly fields: readonly (readonly [field: protobuf.Field, values: readonly Value[]])[];
  /** Fields that the type does not have, in the order of their numbers. */
  readonly unknown: readonly UnknownField[];
}

export interface UnknownField {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  /** What stands behind the tag. */
  readonly bytes: Uint8Array;
}

/** Messages of a type; those in it are at most `depth` levels deep, unless they are required. */
export function messageArbitrary(type: protobuf.Type, depth = 3): fc.Arbitrary<Message> {
  const fields = type.fieldsArray.toSorted((a, b) => a.id - b.id);
  const values = fc.tuple(...fields.map((field) => fieldArbitrary(field, depth)));
  return fc.tuple(values, unknownArbitrary(type)).map(([lists, unknown]) => ({
    type,
    fields: fields.flatMap((field, index) => {
      const list = lists[index] ?? [];
      return list.length > 0 ? [[field, list] as const] : [];
    }),
    unknown: unknown.toSorted((a, b) => a.number - b.number),
  }));
}

function fieldArbitrary(field: protobuf.Field, depth: number): fc.Arbitrary<Value[]> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type && depth === 0 && !field.required) return fc.constant([]);
  const value =
    resolvedType instanceof protobuf.Type
      ? messageArbitrary(resolvedType, Math.max(0, depth - 1))
      : scalarArbitrary(field);
  if (field.repeated) return fc.array(value, { maxLength: 3 });
  return fc.array(value, { minLength: field.required ? 1 : 0, maxLength: 1 });
}

const edges = (...values: number[]): fc.Arbitrary<number> => fc.constantFrom(...values);
const wideEdges = (...values: bigint[]): fc.Arbitrary<bigint> => fc.constantFrom(...values);
const unsigned32 = fc.oneof(
  edges(0, 1, 127, 128, 0xfff, 0x7fffffff, 0x80000000, 0xffffffff),
  fc.nat({ max: 0xffffffff }),
);
const signed32 = fc.oneof(edges(0, 1, -1, 63, 64, -64, -65, 0x7fffffff, -0x80000000), fc.integer());
const unsigned64 = fc.oneof(
  wideEdges(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const signed64 = fc.oneof(
  wideEdges(0n, 1n, -1n, 2n ** 53n, -(2n ** 53n) + 1n, -(2n ** 53n), -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const texts = fc.oneof(
  fc
    .constantFrom(
      '',
      '/usr/bin/true',
      '"\\\b\f\n\r\t\u0000\u001f\u007f',
      '\u2028\ufeff\u00e9',
      '😀',
      ' a',
      'a ',
      '=41',
      'abcd',
    )
    .map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }),
  fc.constant(Buffer.from('long '.repeat(60))),
);
const data = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 60, maxLength: 300 }), texts);

function scalarArbitrary(field: protobuf.Field): fc.Arbitrary<Value> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum) {
    return fc.oneof(edges(...Object.values(resolvedType.values)), signed32);
  }
  switch (field.type) {
    case 'bool':
      return fc.boolean();
    case 'string':
      return texts;
    case 'bytes':
      return data;
    case 'uint32':
      return unsigned32;
    case 'int32':
    case 'sint32':
      return signed32;
    case 'uint64':
    case 'fixed64':
      return unsigned64;
    case 'int64':
    case 'sint64':
      return signed64;
    default:
      throw new TypeError(field.type);
  }
}

function unknownArbitrary(type: protobuf.Type): fc.Arbitrary<readonly UnknownField[]> {
  const numbers = [1, 2, 9, 15, 16, 100, 2047, 2048, 536870911].filter(
    (number) => type.fieldsById[number] === undefined,
  );
  const number = fc.constantFrom(...numbers);
  const contents = fc.oneof(
    unsigned64.map((value) => [0, writer().uint64(long(value)).finish()] as const),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => [1, bytes] as const),
    data.map((bytes) => [2, writer().bytes(bytes).finish()] as const),
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => [5, bytes] as const),
  );
  const field = fc.tuple(number, contents).map(([each, [wire, bytes]]) => ({ number: each, wire, bytes }));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(field, { maxLength: 3 }) },
  );
}

/** A writer of protobufjs. */
export function writer(): protobuf.Writer {
  return protobuf.Writer.create();
}

/** A 64-bit number as protobufjs takes it. */
export function long(value: bigint): protobuf.Long {
  return {
    low: Number(BigInt.asIntN(32, value)),
    high: Number(BigInt.asIntN(32, value >> 32n)),
    unsigned: value >= 0n,
  };
}

/** The value of a field behind its tag, written by protobufjs. */
export function valueBytes(
  field: protobuf.Field,
  value: Value,
  messageBytes: (message: Message) => Uint8Array,
): Uint8Array {
  const out = writer();
  if (typeof value === 'object') {
    if (value instanceof Uint8Array) return out.bytes(value).finish();
    return out.bytes(messageBytes(value)).finish();
  }
  if (typeof value === 'boolean') return out.bool(value).finish();
  if (typeof value === 'bigint') {
    if (field.type === 'fixed64') return out.fixed64(long(value)).finish();
    if (field.type === 'sint64') return out.sint64(long(value)).finish();
    return out.uint64(long(value)).finish();
  }
  if (field.type === 'uint32') return out.uint32(value).finish();
  if (field.type === 'sint32') return out.sint32(value).finish();
  return out.int32(value).finish();
}

/** The wire type of a field whose values are not packed. */
export function wireType(field: protobuf.Field): 0 | 1 | 2 {
  if (field.resolvedType instanceof protobuf.Type || field.type === 'string' || field.type === 'bytes') return 2;
  return field.type === 'fixed64' ? 1 : 0;
}

/** The bytes of a message as CRIU writes it: all fields in the order of their numbers. */
export function canonicalBytes(message: Message): Uint8Array {
  const parts: { number: number; bytes: Uint8Array }[] = [];
  for (const [field, values] of message.fields) {
    const bytes = values.map((value) => valueBytes(field, value, canonicalBytes));
    if (field.packed) {
      parts.push({
        number: field.id,
        bytes: Buffer.concat([tag(field.id, 2), writer().bytes(Buffer.concat(bytes)).finish()]),
      });
    } else
      parts.push(
        ...bytes.map((each) => ({ number: field.id, bytes: Buffer.concat([tag(field.id, wireType(field)), each]) })),
      );
  }
  parts.push(...message.unknown.map((field) => ({ number: field.number, bytes: unknownBytes(field) })));
  return Buffer.concat(parts.toSorted((a, b) => a.number - b.number).map(({ bytes }) => bytes));
}

export function tag(number: number, wire: number): Uint8Array {
  return writer()
    .uint32(((number << 3) | wire) >>> 0)
    .finish();
}

export function unknownBytes({ number, wire, bytes }: UnknownField): Uint8Array {
  return Buffer.concat([tag(number, wire), bytes]);
}

/** A message as it stands in a line. */
export function lineValue(message: Message): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [field, values] of message.fields) {
    const shown = values.map((each) => lineScalar(field, each));
    value[field.name] = field.repeated ? shown : shown[0];
  }
  if (message.unknown.length > 0) value['@unknown'] = base64(Buffer.concat(message.unknown.map(unknownBytes)));
  return value;
}

function lineScalar(field: protobuf.Field, value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Uint8Array) {
    if (field.type === 'bytes') return base64(value);
    return isUtf8(value) ? Buffer.from(value).toString() : { base64: base64(value) };
  }
  if (typeof value === 'object') return lineValue(value);
  if (field.resolvedType instanceof protobuf.Enum && typeof value === 'number') {
    return field.resolvedType.valuesById[value] ?? value;
  }
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** A message as protobufjs gives it: without unknown fields, 64-bit numbers as text. */
export function oracleValue(message: Message): Record<string, unknown> {
  const scalar = (field: protobuf.Field, value: Value): unknown => {
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Uint8Array) return field.type === 'bytes' ? base64(value) : Buffer.from(value).toString();
    return typeof value === 'object' ? oracleValue(value) : value;
  };
  return Object.fromEntries(
    message.fields.map(([field, values]) => {
      const shown = values.map((value) => scalar(field, value));
      return [field.name, field.repeated ? shown : shown[0]];
    }),
  );
}

/** Whether protobufjs keeps all values of a message: it does not where a text is not UTF-8 or an enum has no such number. */
export function isKept(message: Message): boolean {
  return message.fields.every(([field, values]) =>
    values.every((value) => {
      if (value instanceof Uint8Array) return field.type === 'bytes' || isUtf8(value);
      if (typeof value === 'object') return isKept(value);
      const { resolvedType } = field;
      return !(resolvedType instanceof protobuf.Enum) || resolvedType.valuesById[Number(value)] !== undefined;
    }),
  );
}

/** A message without the fields that its type does not have, at any depth. */
export function withoutUnknown(message: Message): Message {
  const fields = message.fields.map(([field, values]) => {
    const known = values.map((value) =>
      typeof value === 'object' && !(value instanceof Uint8Array) ? withoutUnknown(value) : value,
    );
    return [field, known] as const;
  });
  return { ...message, fields, unknown: [] };
}
