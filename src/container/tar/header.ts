/**
 * The header block of a tar member, both ways. Layout: POSIX.1-1988 (ustar), with the ways of GNU tar and star where archives use
 * them; 512 bytes:
 *
 *   0 name 100, 100 mode 8, 108 uid 8, 116 gid 8, 124 size 12, 136 mtime 12, 148 checksum 8, 156 type 1, 157 target 100,
 *   257 magic and version 8, 265 uname 32, 297 gname 32, 329 device 16, 345 prefix 155 (ustar only)
 */
import { isUtf8 } from 'node:buffer';
import { CritError } from '../../error.ts';

/** Size of the units that archives are made of. */
export const TAR_BLOCK = 512;

/** How a header is written: GNU's way, the standard's, or the way before both. */
export type HeaderFormat = 'gnu' | 'ustar' | 'v7';

export interface HeaderFields {
  readonly name: string;
  /** Stands before the name with a slash. */
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** One character. */
  readonly type: string;
  readonly target: string;
  readonly uname: string;
  readonly gname: string;
  readonly format: HeaderFormat;
}

const GNU_MAGIC = 'ustar  \0';
const USTAR_MAGIC = 'ustar\x0000';
/** The first byte of a number in base 256: GNU's way to write what octal digits have no room for. */
const BASE_256 = 0x80;
const NEGATIVE = 0xff;
/** What the mode of a file can be at most in eight octal digits, of which the last place ends the number. */
export const MODE_LIMIT = 0o7777777;

/** Reads a block. Throws a CritError where it is no header, or one that other tools read in other ways. */
export function readHeader(block: Buffer): HeaderFields {
  if (!isHeader(block)) throw new CritError('format', 'not a tar header: its checksum is wrong');
  const magic = block.toString('latin1', 257, 265);
  const format = magic === GNU_MAGIC ? 'gnu' : magic.startsWith('ustar') ? 'ustar' : 'v7';
  return {
    name: textAt(block, 0, 100, 'name'),
    // GNU has other things in this place: times, and parts of sparse files.
    prefix: format === 'ustar' ? textAt(block, 345, 155, 'name') : '',
    mode: numberAt(block, 100, 8, 'mode'),
    uid: numberAt(block, 108, 8, 'uid'),
    gid: numberAt(block, 116, 8, 'gid'),
    size: numberAt(block, 124, 12, 'size'),
    mtime: numberAt(block, 136, 12, 'mtime'),
    type: String.fromCharCode(block[156] ?? 0),
    target: textAt(block, 157, 100, 'link target'),
    // A name of an owner need not be UTF-8: nothing is done with it.
    uname: format === 'v7' ? '' : block.toString('utf8', 265, endOf(block, 265, 32)),
    gname: format === 'v7' ? '' : block.toString('utf8', 297, endOf(block, 297, 32)),
    format,
  };
}

/** The block of some fields, which must fit: plain characters, numbers in octal digits. */
export function writeHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  const text = (at: number, size: number, value: string): void => {
    if (Buffer.byteLength(value) > size) throw new Error(`${value} in ${size} bytes of a tar header`);
    block.write(value, at, 'utf8');
  };
  // The last place is for the zero that ends the number.
  const octal = (at: number, size: number, value: number): void =>
    text(at, size - 1, value.toString(8).padStart(size - 1, '0'));
  text(0, 100, fields.name);
  octal(100, 8, fields.mode);
  octal(108, 8, fields.uid);
  octal(116, 8, fields.gid);
  octal(124, 12, fields.size);
  octal(136, 12, fields.mtime);
  text(156, 1, fields.type);
  text(157, 100, fields.target);
  if (fields.format !== 'v7') text(257, 8, fields.format === 'gnu' ? GNU_MAGIC : USTAR_MAGIC);
  text(265, 32, fields.uname);
  text(297, 32, fields.gname);
  if (fields.format === 'ustar') {
    // Numbers of a device, which GNU leaves out for what is none.
    octal(329, 8, 0);
    octal(337, 8, 0);
    text(345, 155, fields.prefix);
  }
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Whether a block is a header: the number in it is the sum of all its bytes, those of the number itself taken for spaces. */
export function isHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false;
  const digits = Buffer.from(block.subarray(148, 156)).toString('latin1');
  const written = /^ *([0-7]+)[ \0]*$/.exec(digits)?.[1];
  const sum = sumOf(block);
  // A block of nothing but its checksum is none.
  return written !== undefined && parseInt(written, 8) === sum && sum > 8 * 32;
}

function sumOf(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < TAR_BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** A name for tools that do not read the whole one: without letters that they may not know, and as safe as that. */
export function plain(text: string): string {
  const short = text.replace(/[^\x20-\x7e]/g, '');
  const isSafe = !short.split('/').includes('..') && (!short.startsWith('/') || text.startsWith('/'));
  return isSafe ? short : text.replace(/[^\x20-\x7e]/g, '_');
}

/** Text ends at the first zero, or fills its field. */
function endOf(block: Buffer, at: number, size: number): number {
  const end = block.subarray(at, at + size).indexOf(0);
  return end < 0 ? at + size : at + end;
}

function textAt(block: Buffer, at: number, size: number, what: string): string {
  const bytes = block.subarray(at, endOf(block, at, size));
  if (!isUtf8(bytes)) throw new CritError('name', `its ${what} is not UTF-8`, { image: bytes.toString('latin1') });
  return bytes.toString('utf8');
}

/** Octal digits with spaces before them and a space or zero behind, none for 0; or base 256, big-endian, in two's complement. */
function numberAt(block: Buffer, at: number, size: number, what: string): number {
  const first = block[at] ?? 0;
  if (first & BASE_256) return base256(block.subarray(at, at + size), what);
  const digits = /^ *([0-7]*)(?:[ \0].*)?$/s.exec(block.toString('latin1', at, at + size))?.[1];
  if (digits === undefined) throw badNumber(what);
  return digits === '' ? 0 : parseInt(digits, 8);
}

function base256(bytes: Buffer, what: string): number {
  const isNegative = bytes[0] === NEGATIVE;
  // Beyond the first byte, which only says what it is, each is a digit. GNU's first byte is 0x80 or 0xff alone.
  if (!isNegative && bytes[0] !== BASE_256) throw badNumber(what);
  let value = isNegative ? -1n : 0n;
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw badNumber(what);
  return number;
}

function badNumber(what: string): CritError {
  return new CritError('format', `a tar header with a bad number: its ${what}`);
}
