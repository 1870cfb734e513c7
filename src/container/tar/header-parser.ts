/**
 * Blocks of tar headers to members.
 *
 * What stands before a member's own header belongs to it as well: pax records, and GNU's long names. All of its blocks are
 * kept as they are, since only they tell how it was written. A name may be in several of them, and tools differ in which they
 * take: none of them may lead out of the archive.
 */
import { isUtf8 } from 'node:buffer';
import { CritError } from '../../error.ts';
import { MODE_LIMIT, TAR_BLOCK, plain, readHeader, type HeaderFields } from './header.ts';
import { PAX_FIELDS, checkPaxKeys, parsePax, type PaxField, type PaxRecords } from './pax-records.ts';
import { imageOf, paddingOf, type MemberType, type TarMember } from './tar-member.ts';

/** The most bytes that the headers of one member may have. */
const HEADERS_LIMIT = 1024 * 1024;

const TYPES: Readonly<Record<string, MemberType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard link',
  '2': 'link',
  '5': 'directory',
};
const REFUSED: Readonly<Record<string, string>> = {
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a named pipe',
  S: 'a sparse file',
  M: 'a part of a file that began in another archive',
};

/** Headers whose contents describe the member that follows. */
type Extension = 'x' | 'g' | 'L' | 'K';

export interface ParsedHeader {
  readonly member: TarMember;
  /** All blocks, as they were read. */
  readonly blocks: Buffer;
}

export class HeaderParser {
  #blocks: Buffer[] = [];
  #extension: { readonly kind: Extension; readonly size: number; readonly parts: Buffer[]; left: number } | undefined;
  #pax: PaxRecords = {};
  #longPath: string | undefined;
  #longTarget: string | undefined;

  /** Whether blocks were taken that belong to a member still to come. */
  get isWithin(): boolean {
    return this.#blocks.length > 0;
  }

  /** Takes the next block; gives the member when its last one is there. Throws a CritError where it is no header. */
  take(block: Uint8Array): ParsedHeader | undefined {
    const copy = Buffer.from(block);
    this.#blocks.push(copy);
    if (this.#blocks.length * TAR_BLOCK > HEADERS_LIMIT + 2 * TAR_BLOCK) {
      throw new CritError('limit', `a member with more than ${HEADERS_LIMIT >> 20} MiB of headers`);
    }
    if (this.#extension) {
      this.#continue(copy);
      return undefined;
    }
    const header = readHeader(copy);
    if (isExtension(header.type)) {
      this.#begin(header.type, header);
      return undefined;
    }
    const parsed = { member: this.#member(header), blocks: Buffer.concat(this.#blocks) };
    this.#blocks = [];
    this.#pax = {};
    this.#longPath = this.#longTarget = undefined;
    return parsed;
  }

  #begin(kind: Extension, header: HeaderFields): void {
    const { size } = header;
    if (size < 0) throw new CritError('format', 'a tar header with a bad number: its size');
    if (size > HEADERS_LIMIT)
      throw new CritError('limit', `a header of ${size} bytes; ${HEADERS_LIMIT >> 20} MiB is the most`);
    // Tools that do not know such headers make files of them. Without its other letters, a name may begin with a slash.
    checkName(pathOf(header).replace(/^\/+/, ''));
    this.#extension = size === 0 ? undefined : { kind, size, parts: [], left: size + paddingOf(size) };
  }

  #continue(block: Buffer): void {
    const extension = this.#extension;
    if (!extension) return;
    extension.parts.push(block);
    extension.left -= TAR_BLOCK;
    if (extension.left > 0) return;
    this.#extension = undefined;
    const bytes = Buffer.concat(extension.parts).subarray(0, extension.size);
    if (extension.kind === 'x') this.#pax = parsePax(bytes);
    else if (extension.kind === 'g') checkGlobal(parsePax(bytes));
    else {
      const end = bytes.indexOf(0);
      const text = end < 0 ? bytes : bytes.subarray(0, end);
      if (!isUtf8(text)) throw new CritError('name', 'its long name is not UTF-8');
      if (extension.kind === 'L') this.#longPath = text.toString('utf8');
      else this.#longTarget = text.toString('utf8');
    }
  }

  #member(header: HeaderFields): TarMember {
    const pax = this.#pax;
    const kind = header.type;
    const short = pathOf(header);
    const path = textOf(pax, 'path') ?? this.#longPath ?? short;
    const image = { image: path };
    const sparse = Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'));
    // A slash at the end of a file's name is how the oldest tars told a directory.
    const type = kind !== '1' && kind !== '2' && path.endsWith('/') ? 'directory' : TYPES[kind];
    if (sparse || !type) {
      const what = sparse ? 'a sparse file' : (REFUSED[kind] ?? `a member of the unknown type ${JSON.stringify(kind)}`);
      throw new CritError('format', `${what}, which has no lines: unpack the archive and name the directory`, image);
    }
    imageOf(path);
    for (const other of [short, this.#longPath])
      if (other !== undefined && !plain(path).startsWith(other)) checkName(other);
    const target = textOf(pax, 'linkpath') ?? this.#longTarget ?? header.target;
    if ((type === 'link' || type === 'hard link') && target === '')
      throw new CritError('format', 'a link without a target', image);
    const size = type === 'file' ? (count(pax, 'size') ?? header.size) : 0;
    if (size < 0) throw new CritError('format', 'its size is no number', image);
    if (header.mode < 0 || header.mode > MODE_LIMIT)
      throw new CritError('format', 'a tar header with a bad number: its mode', image);
    return {
      type,
      path,
      size,
      mode: header.mode,
      uid: count(pax, 'uid') ?? header.uid,
      gid: count(pax, 'gid') ?? header.gid,
      uname: textOf(pax, 'uname') ?? header.uname,
      gname: textOf(pax, 'gname') ?? header.gname,
      mtime: secondsOf(textOf(pax, 'mtime')) ?? header.mtime,
      target: type === 'link' || type === 'hard link' ? target : '',
      pax: Object.fromEntries(Object.entries(pax).filter(([key]) => !PAX_FIELDS.some((field) => field === key))),
      format: header.format === 'gnu' ? 'gnu' : 'ustar',
    };
  }
}

/** Parses all headers of one member and of no other. Throws a CritError where the bytes are something else. */
export function parseHeader(blocks: Uint8Array): TarMember {
  const parser = new HeaderParser();
  for (let at = 0; at + TAR_BLOCK <= blocks.length; at += TAR_BLOCK) {
    const parsed = parser.take(blocks.subarray(at, at + TAR_BLOCK));
    if (parsed && at + TAR_BLOCK === blocks.length) return parsed.member;
    if (parsed) break;
  }
  throw new CritError('value', 'tar.header does not hold the headers of one member');
}

/** The name in a block alone: another tool may take it for the name, whatever stands before the block. */
function pathOf({ prefix, name }: HeaderFields): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** A name that another one stands for: it may be empty or cut off, but must not lead out. */
function checkName(name: string): void {
  if (name.startsWith('/') || name.split('/').includes('..')) imageOf(name);
}

/** Records for all members that follow must not change what their own headers say. */
function checkGlobal(records: PaxRecords): void {
  const field = PAX_FIELDS.find((key) => records[key] !== undefined);
  if (field !== undefined)
    throw new CritError('format', `a pax header that sets ${field} of all members, as no engine writes it`);
  checkPaxKeys(records);
}

function isExtension(kind: string): kind is Extension {
  return kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K';
}

function textOf(pax: PaxRecords, key: PaxField): string | undefined {
  const value = pax[key];
  if (typeof value === 'object') throw new CritError('name', `its ${key} is not UTF-8`);
  return value;
}

function count(pax: PaxRecords, key: 'size' | 'uid' | 'gid'): number | undefined {
  const text = textOf(pax, key);
  if (text === undefined) return undefined;
  const negative = key !== 'size' && text.startsWith('-') ? -1 : 1;
  if (!/^\d{1,15}$/.test(negative < 0 ? text.slice(1) : text))
    throw new CritError('format', `a pax header whose ${key} is no number`);
  return Number(text);
}

function secondsOf(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}(?:\.\d+)?$/.test(text)) throw new CritError('format', 'a pax header whose mtime is no number');
  return text.includes('.') ? text : Number(text);
}
