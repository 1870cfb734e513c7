import { CritError } from '../error.ts';
import type { Int64 } from '../schema/generated/messages.ts';

/** The fields of a structure of C, one after another, in the byte order of a machine. */
export class Struct {
  readonly #isBigEndian: boolean;
  #bytes = Buffer.alloc(512);
  #length = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  get length(): number {
    return this.#length;
  }

  /** Integers keep their low bits, as in C. */
  u8(...values: readonly number[]): this {
    for (const value of values) this.#room(1).writeUInt8(value & 0xff, this.#length++);
    return this;
  }

  u16(...values: readonly Int64[]): this {
    for (const value of values) {
      const low = Number(BigInt.asUintN(16, BigInt(value)));
      if (this.#isBigEndian) this.#room(2).writeUInt16BE(low, this.#length);
      else this.#room(2).writeUInt16LE(low, this.#length);
      this.#length += 2;
    }
    return this;
  }

  u32(...values: readonly (Int64 | bigint)[]): this {
    for (const value of values) {
      const low = Number(BigInt.asUintN(32, BigInt(value)));
      if (this.#isBigEndian) this.#room(4).writeUInt32BE(low, this.#length);
      else this.#room(4).writeUInt32LE(low, this.#length);
      this.#length += 4;
    }
    return this;
  }

  u64(...values: readonly (Int64 | bigint)[]): this {
    for (const value of values) {
      const low = BigInt.asUintN(64, BigInt(value));
      if (this.#isBigEndian) this.#room(8).writeBigUInt64BE(low, this.#length);
      else this.#room(8).writeBigUInt64LE(low, this.#length);
      this.#length += 8;
    }
    return this;
  }

  /** `count` words from a repeated field, zeros for those that it does not have. Throws a CritError where it has more. */
  u32List(values: readonly Int64[] | undefined, count: number, name: string): this {
    return this.u32(...whole(values, count, name));
  }

  u64List(values: readonly Int64[] | undefined, count: number, name: string): this {
    return this.u64(...whole(values, count, name));
  }

  bytes(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** A text in a field of a fixed size, cut where it is longer, with a zero byte behind it in any case. */
  text(bytes: Uint8Array, size: number): this {
    const end = this.#length + size;
    return this.bytes(bytes.subarray(0, size - 1)).padTo(end);
  }

  /** Zeros up to an offset. */
  padTo(offset: number): this {
    this.#room(Math.max(0, offset - this.#length));
    this.#length = Math.max(this.#length, offset);
    return this;
  }

  /** Zeros up to a multiple of `size`. */
  align(size: number): this {
    return this.padTo(Math.ceil(this.#length / size) * size);
  }

  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begins anew, in the place of what was taken. */
  clear(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }

  #room(size: number): Buffer {
    const needed = this.#length + size;
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

function whole(values: readonly Int64[] = [], count: number, name: string): readonly Int64[] {
  if (values.length > count) {
    throw new CritError('format', `${name} has ${values.length} values, where the machine has ${count}`);
  }
  return [...values, ...Array<number>(count - values.length).fill(0)];
}
