/** The build-id of an ELF file, which tells builds apart. Source: elf(5), and the note NT_GNU_BUILD_ID of binutils. */
import { readFully } from '../files/read-fully.ts';

const PT_NOTE = 4;
const NT_GNU_BUILD_ID = 3;
/** Files with more are not looked into. */
const MOST_SEGMENTS = 1000;
const MOST_NOTES = 64 * 1024;

/** Hexadecimal digits; undefined where the file has none, or is none of ELF. */
export function readBuildId(fd: number): string | undefined {
  const ident = readAt(fd, 0, 64);
  if (ident.length < 52 || ident.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const is64Bit = ident[4] === 2;
  const isBigEndian = ident[5] === 2;
  const u16 = (from: Buffer, at: number): number => (isBigEndian ? from.readUInt16BE(at) : from.readUInt16LE(at));
  const u32 = (from: Buffer, at: number): number => (isBigEndian ? from.readUInt32BE(at) : from.readUInt32LE(at));
  const word = (from: Buffer, at: number): number => {
    if (!is64Bit) return u32(from, at);
    return Number(isBigEndian ? from.readBigUInt64BE(at) : from.readBigUInt64LE(at));
  };
  if (is64Bit && ident.length < 64) return undefined;
  const tableAt = word(ident, is64Bit ? 32 : 28);
  const entrySize = is64Bit ? 56 : 32;
  const count = Math.min(u16(ident, is64Bit ? 56 : 44), MOST_SEGMENTS);
  const table = readAt(fd, tableAt, count * entrySize);
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    if (u32(table, at) !== PT_NOTE) continue;
    const size = Math.min(word(table, at + (is64Bit ? 32 : 16)), MOST_NOTES);
    const notes = readAt(fd, word(table, at + (is64Bit ? 8 : 4)), size);
    for (let note = 0; note + 16 <= notes.length;) {
      const nameSize = u32(notes, note);
      const contentSize = u32(notes, note + 4);
      const content = note + 12 + Math.ceil(nameSize / 4) * 4;
      const isBuildId =
        u32(notes, note + 8) === NT_GNU_BUILD_ID && notes.toString('latin1', note + 12, note + 16) === 'GNU\0';
      if (isBuildId && nameSize === 4) return notes.toString('hex', content, content + contentSize);
      note = content + Math.ceil(contentSize / 4) * 4;
    }
  }
  return undefined;
}

/** Bytes at a place, fewer where the file has no more, or no such place. */
function readAt(fd: number, offset: number, length: number): Buffer {
  return Number.isSafeInteger(offset) ? readFully(fd, offset, length) : Buffer.alloc(0);
}
