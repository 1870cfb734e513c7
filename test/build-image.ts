import { BUILT_IN } from '../src/schema/built-in.ts';
import { HEAD_NUMBERS, type Head } from '../src/schema/images.ts';

export interface BuiltEntry {
  payload: Uint8Array;
  extra?: Uint8Array;
}

/** The bytes of an image of entries. */
export function buildImage(magic: string, entries: readonly (Uint8Array | BuiltEntry)[], head?: Head): Buffer {
  const type = BUILT_IN.byMagic(magic);
  if (!type) throw new RangeError(magic);
  const kind = head ?? type.head;
  const parts: Uint8Array[] = [...(kind === 'none' ? [] : [uint32(HEAD_NUMBERS[kind])]), uint32(type.number)];
  for (const entry of entries) {
    const { payload, extra } = entry instanceof Uint8Array ? { payload: entry, extra: undefined } : entry;
    parts.push(uint32(payload.length), payload, extra ?? new Uint8Array(0));
  }
  return Buffer.concat(parts);
}

/** A little-endian u32. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A protobuf field of a length and bytes. */
export function delimited(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

/** A protobuf field of a number. */
export function numeric(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

/** A varint. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
