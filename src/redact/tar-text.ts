/**
 * Scans the bytes of a tar archive as they come: the contents of each member by themselves, and the names in its headers, whose
 * checksum follows what is overwritten. Nothing moves, and no member is left out, whatever its kind.
 */
import { isHeader, TAR_BLOCK } from '../container/tar/header.ts';
import { paddingOf } from '../container/tar/tar-member.ts';
import { CritError } from '../error.ts';
import type { ByteStream } from './byte-stream.ts';
import type { Scanner, OnHit } from './scanner.ts';

/** Texts of a header by where they stand: name, target of a link, owner, group, what stands before the name. */
const TEXTS: readonly (readonly [from: number, end: number])[] = [
  [0, 100],
  [157, 257],
  [265, 297],
  [297, 329],
];
const PREFIX = [345, 500] as const;
const CHECKSUM = 148;
/** Records and long names that stand before a member, in bytes. */
const EXTENSION_LIMIT = 1024 * 1024;

export interface TarTextHandler {
  /** The contents of a member begin. */
  onMember(path: string): void;
  /** Takes a match in the headers of a member, with its offset in them. */
  readonly onHit: OnHit;
  /** Headers are others now; the bytes that are given never change. */
  overwrite(offset: number, bytes: Buffer): void;
}

export class TarText {
  readonly #stream: ByteStream;
  readonly #scanner: Scanner;
  readonly #handler: TarTextHandler;
  readonly #block: Buffer = Buffer.alloc(TAR_BLOCK);
  #blockLength = 0;
  /** Bytes of contents and of what fills their last block that are to come. */
  #contents = 0;
  #padding = 0;
  /** An extension that is being collected, and what those before said. */
  #extension: Buffer | undefined;
  #extensionLength = 0;
  #type = '';
  #path: string | undefined;
  #size: number | undefined;
  #hasEnded = false;

  /** The stream takes the contents; headers are passed over there. */
  constructor(stream: ByteStream, scanner: Scanner, handler: TarTextHandler) {
    this.#stream = stream;
    this.#scanner = scanner;
    this.#handler = handler;
  }

  /** Throws a CritError where the bytes are no archive. */
  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#contents > 0) {
        const count = Math.min(this.#contents, bytes.length - at);
        this.#content(bytes.subarray(at, at + count));
        at += count;
      } else if (this.#padding > 0) {
        const count = Math.min(this.#padding, bytes.length - at);
        this.#stream.push(bytes.subarray(at, at + count));
        this.#padding -= count;
        at += count;
      } else {
        const count = bytes.copy(this.#block, this.#blockLength, at, at + TAR_BLOCK - this.#blockLength);
        this.#blockLength += count;
        at += count;
        if (this.#blockLength === TAR_BLOCK) this.#header();
      }
    }
  }

  /** Throws a CritError where the archive ends within a member. */
  end(): void {
    if (this.#contents > 0 || this.#padding > 0 || this.#blockLength > 0 || this.#extension)
      throw new CritError('truncated', 'an archive that ends within a member', { offset: this.#stream.offset });
    this.#stream.border();
  }

  #content(bytes: Buffer): void {
    this.#contents -= bytes.length;
    if (!this.#extension) {
      this.#stream.push(bytes);
      if (this.#contents === 0) this.#stream.border();
      return;
    }
    bytes.copy(this.#extension, this.#extensionLength);
    this.#extensionLength += bytes.length;
    if (this.#contents === 0) this.#endExtension(this.#extension);
  }

  #header(): void {
    const block = this.#block;
    this.#blockLength = 0;
    const offset = this.#stream.offset;
    if (block.every((byte) => byte === 0)) {
      // The end; what may stand behind it is looked at as bytes.
      this.#hasEnded = true;
      this.#stream.push(block);
      return;
    }
    if (this.#hasEnded || !isHeader(block)) {
      if (!this.#hasEnded) throw new CritError('format', 'not a tar header: its checksum is wrong', { offset });
      this.#stream.push(block);
      return;
    }
    this.#stream.border();
    this.#type = String.fromCharCode(block[156] ?? 0);
    const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
    const texts = isUstar ? [...TEXTS, PREFIX] : TEXTS;
    const name = textAt(block, 0, 100);
    const prefix = isUstar ? textAt(block, ...PREFIX) : '';
    const size = this.#size ?? sizeOf(block, offset);
    this.#redactHeader(texts, offset);
    this.#stream.skip(TAR_BLOCK);
    if (this.#type === 'x' || this.#type === 'g' || this.#type === 'L' || this.#type === 'K') {
      this.#beginExtension(sizeOf(block, offset));
      return;
    }
    if (this.#type === 'S')
      throw new CritError('format', "a sparse file in GNU's old way, which cannot be read", { offset });
    this.#handler.onMember(this.#path ?? (prefix === '' ? name : `${prefix}/${name}`));
    this.#path = this.#size = undefined;
    // Links, devices and directories have no contents, whatever their size says.
    this.#contents = '123456'.includes(this.#type) ? 0 : size;
    this.#padding = paddingOf(this.#contents);
  }

  #redactHeader(texts: readonly (readonly [number, number])[], offset: number): void {
    const block = this.#block;
    const before = Buffer.from(block);
    for (const [from, end] of texts) {
      const text = block.subarray(from, from + textAt(block, from, end, 'latin1').length);
      if (text.length > 0) this.#scanner.scanString(text, this.#handler.onHit);
    }
    if (block.equals(before)) return;
    block.fill(32, CHECKSUM, CHECKSUM + 8);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM, 'latin1');
    this.#handler.overwrite(offset, Buffer.from(block));
  }

  #beginExtension(size: number): void {
    if (size > EXTENSION_LIMIT)
      throw new CritError('limit', `${size} bytes of headers before a member`, { offset: this.#stream.offset });
    this.#extension = Buffer.alloc(size);
    this.#extensionLength = 0;
    this.#contents = size;
    this.#padding = paddingOf(size);
    if (size === 0) this.#endExtension(this.#extension);
  }

  #endExtension(bytes: Buffer): void {
    this.#extension = undefined;
    const offset = this.#stream.offset;
    const isRecords = this.#type === 'x' || this.#type === 'g';
    if (isRecords) {
      for (const { key, from, end } of recordsOf(bytes, offset)) {
        const value = bytes.subarray(from, end);
        if (this.#type === 'x' && key === 'size') this.#size = Number(value.toString('latin1'));
        if (this.#type === 'x' && key === 'path') this.#path = value.toString();
        if (!NUMBERS.test(key)) this.#value(value, offset + from);
      }
    } else {
      if (this.#type === 'L') this.#path = textAt(bytes, 0, bytes.length);
      this.#value(bytes, offset);
    }
    this.#stream.skip(bytes.length);
  }

  #value(bytes: Buffer, offset: number): void {
    const before = Buffer.from(bytes);
    this.#scanner.scanString(bytes, this.#handler.onHit);
    if (!bytes.equals(before)) this.#handler.overwrite(offset, bytes);
  }
}

/** Records of numbers, which stay numbers. */
const NUMBERS = /^(?:size|[amc]time|uid|gid)$/;

/** Records of a pax header: `LENGTH KEY=VALUE\n`. */
function* recordsOf(
  bytes: Buffer,
  offset: number,
): Generator<{ key: string; from: number; end: number }, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const head = /^(\d{1,7}) ([^=]{1,1024})=/.exec(bytes.toString('latin1', at, at + 1040));
    const end = at + Number(head?.[1]);
    if (!head || !(end <= bytes.length) || bytes[end - 1] !== 10 || end - 1 < at + head[0].length)
      throw new CritError('format', 'not the records of a pax header', { offset: offset + at });
    yield { key: head[2] ?? '', from: at + head[0].length, end: end - 1 };
    at = end;
  }
}

function textAt(block: Buffer, from: number, end: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const zero = block.subarray(from, end).indexOf(0);
  return block.toString(encoding, from, zero < 0 ? end : from + zero);
}

/** Octal digits, or base 256. */
function sizeOf(block: Buffer, offset: number): number {
  if ((block[124] ?? 0) === 0x80) {
    const size = Number(BigInt(`0x${block.toString('hex', 125, 136)}`));
    if (Number.isSafeInteger(size)) return size;
  }
  const digits = /^ *([0-7]*)[ \0]/.exec(`${block.toString('latin1', 124, 136)}\0`)?.[1];
  if (digits === undefined) throw new CritError('format', 'a tar header with a bad number: its size', { offset });
  return digits === '' ? 0 : parseInt(digits, 8);
}
