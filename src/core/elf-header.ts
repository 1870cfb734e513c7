/** The header of an ELF file and its table of segments. Source: elf(5). */
import { CritError } from '../error.ts';
import type { Machine } from './machines/machine.ts';
import { Struct } from './struct.ts';

const ET_CORE = 4;
const PT_LOAD = 1;
const PT_NOTE = 4;
/** Stands for a number of segments that has no room in the header: it is in the first section header then. */
const PN_XNUM = 0xffff;

/** A segment: bytes of the file, and what addresses they are at. */
export interface SegmentHeader {
  readonly offset: number;
  readonly address: bigint;
  readonly fileBytes: number;
  readonly memoryBytes: bigint;
  /** `rwx`, with `-` for what is not allowed. */
  readonly prot: string;
  readonly align: number;
}

interface Sizes {
  readonly header: number;
  readonly segment: number;
  readonly section: number;
}

const SIZES_64: Sizes = { header: 64, segment: 56, section: 64 };
const SIZES_32: Sizes = { header: 52, segment: 32, section: 40 };

/** Bytes before the notes: the header, the table of segments, and the section where their number is a large one. */
export function headBytes({ is64Bit }: Machine, segments: number): number {
  const { header, segment, section } = is64Bit ? SIZES_64 : SIZES_32;
  return header + segments * segment + (segments < PN_XNUM ? 0 : section);
}

/** `segments` is the number of all of them, that of the notes too. */
export function writeElfHeader(machine: Machine, segments: number, struct: Struct): void {
  const { is64Bit, isBigEndian, elfMachine, elfFlags } = machine;
  const { header, segment, section } = is64Bit ? SIZES_64 : SIZES_32;
  const isLarge = segments >= PN_XNUM;
  const word = (value: number): Struct => (is64Bit ? struct.u64(value) : struct.u32(value));
  struct
    .bytes(Buffer.from('\x7fELF', 'latin1'))
    .u8(is64Bit ? 2 : 1, isBigEndian ? 2 : 1, 1)
    .padTo(16);
  struct.u16(ET_CORE, elfMachine).u32(1);
  word(0);
  word(header);
  word(isLarge ? header + segments * segment : 0);
  struct.u32(elfFlags).u16(header, segment, isLarge ? PN_XNUM : segments);
  struct.u16(isLarge ? section : 0, isLarge ? 1 : 0, 0);
}

/** The section that holds a number of segments; nothing where the header has room for it. */
export function writeCountSection({ is64Bit }: Machine, segments: number, struct: Struct): void {
  if (segments < PN_XNUM) return;
  const start = struct.length;
  struct.padTo(start + (is64Bit ? 44 : 28)).u32(segments);
  struct.padTo(start + (is64Bit ? SIZES_64 : SIZES_32).section);
}

export function writeNoteHeader(machine: Machine, offset: number, bytes: number, struct: Struct): void {
  const notes = { offset, address: 0n, fileBytes: bytes, memoryBytes: 0n, prot: '---', align: 4 };
  writeSegmentHeader(machine, PT_NOTE, notes, struct);
}

export function writeLoadHeader(machine: Machine, segment: SegmentHeader, struct: Struct): void {
  writeSegmentHeader(machine, PT_LOAD, segment, struct);
}

function writeSegmentHeader({ is64Bit }: Machine, type: number, segment: SegmentHeader, struct: Struct): void {
  const { offset, address, fileBytes, memoryBytes, prot, align } = segment;
  const flags = (prot.includes('x') ? 1 : 0) | (prot.includes('w') ? 2 : 0) | (prot.includes('r') ? 4 : 0);
  struct.u32(type);
  if (is64Bit) {
    struct.u32(flags).u64(offset, address, 0, fileBytes, memoryBytes, align);
    return;
  }
  if (offset + fileBytes >= 2 ** 32 || address + memoryBytes > 2n ** 32n) {
    const place = `0x${address.toString(16)}`;
    throw new CritError('limit', `a 32-bit process with memory at ${place}, beyond what its core file can say`);
  }
  struct.u32(offset, address, 0, fileBytes, memoryBytes, flags, align);
}
