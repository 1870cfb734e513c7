/** Reads core files by the facts of elf(5) alone. */
import assert from 'node:assert/strict';

export interface Loaded {
  readonly address: bigint;
  readonly offset: number;
  readonly fileBytes: number;
  readonly memoryBytes: bigint;
  readonly prot: string;
}

export interface ReadNote {
  readonly owner: string;
  readonly type: number;
  readonly content: Buffer;
}

export class CoreReader {
  readonly bytes: Buffer;
  readonly machine: number;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly loads: readonly Loaded[];
  readonly notes: readonly ReadNote[];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    assert.equal(bytes.toString('latin1', 0, 4), '\x7fELF');
    this.is64Bit = bytes[4] === 2;
    this.isBigEndian = bytes[5] === 2;
    assert.equal(this.u16(16), 4, 'ET_CORE');
    this.machine = this.u16(18);
    const [tableAt, sectionsAt, size, count] = this.is64Bit
      ? [Number(this.u64(32)), Number(this.u64(40)), this.u16(54), this.u16(56)]
      : [this.u32(28), this.u32(32), this.u16(42), this.u16(44)];
    assert.equal(size, this.is64Bit ? 56 : 32);
    const all = count === 0xffff ? this.u32(sectionsAt + (this.is64Bit ? 44 : 28)) : count;
    const headers = Array.from({ length: all }, (_, index) => this.#header(tableAt + index * size));
    const [notes, ...loads] = headers;
    assert.equal(notes?.type, 4, 'PT_NOTE comes first');
    assert.ok(loads.every(({ type }) => type === 1));
    this.loads = loads;
    this.notes = notes ? [...this.#notes(notes.offset, notes.offset + notes.fileBytes)] : [];
    for (const { offset, fileBytes } of headers) assert.ok(offset + fileBytes <= bytes.length, 'the file is complete');
  }

  u16(at: number): number {
    return this.isBigEndian ? this.bytes.readUInt16BE(at) : this.bytes.readUInt16LE(at);
  }

  u32(at: number, bytes = this.bytes): number {
    return this.isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }

  u64(at: number, bytes = this.bytes): bigint {
    return this.isBigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at);
  }

  /** The only note of a type, or one of them. */
  note(type: number, index = 0): Buffer {
    const found = this.notes.filter((note) => note.type === type)[index];
    assert.ok(found, `note ${type}`);
    return found.content;
  }

  /** Bytes that the file has at an address; undefined where it has none. */
  memory(address: bigint, length: number): Buffer | undefined {
    const load = this.loads.find((each) => address >= each.address && address < each.address + each.memoryBytes);
    if (!load) return undefined;
    const skip = Number(address - load.address);
    if (skip >= load.fileBytes) return undefined;
    return this.bytes.subarray(load.offset + skip, Math.min(load.offset + skip + length, load.offset + load.fileBytes));
  }

  #header(at: number): Loaded & { type: number } {
    const type = this.u32(at);
    if (this.is64Bit) {
      const [offset, address, , fileBytes, memoryBytes] = [8, 16, 24, 32, 40].map((skip) => this.u64(at + skip));
      return this.#loaded(type, this.u32(at + 4), offset, address, fileBytes, memoryBytes);
    }
    const [offset, address, , fileBytes, memoryBytes] = [4, 8, 12, 16, 20].map((skip) => BigInt(this.u32(at + skip)));
    return this.#loaded(type, this.u32(at + 24), offset, address, fileBytes, memoryBytes);
  }

  #loaded(
    type: number,
    flags: number,
    offset = 0n,
    address = 0n,
    fileBytes = 0n,
    memoryBytes = 0n,
  ): Loaded & { type: number } {
    const prot = `${flags & 4 ? 'r' : '-'}${flags & 2 ? 'w' : '-'}${flags & 1 ? 'x' : '-'}`;
    return { type, prot, address, memoryBytes, offset: Number(offset), fileBytes: Number(fileBytes) };
  }

  *#notes(from: number, end: number): Generator<ReadNote, void, undefined> {
    const padded = (length: number): number => Math.ceil(length / 4) * 4;
    for (let at = from; at < end;) {
      const [nameSize, size, type] = [this.u32(at), this.u32(at + 4), this.u32(at + 8)];
      const content = at + 12 + padded(nameSize);
      yield {
        owner: this.bytes.toString('latin1', at + 12, at + 11 + nameSize),
        type,
        content: this.bytes.subarray(content, content + size),
      };
      at = content + padded(size);
      assert.ok(at <= end);
    }
  }
}
