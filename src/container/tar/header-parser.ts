/**
 * Blocks of tar headers to members.
 *
 * What stands before a member's own header belongs to it as well: pax records, and GNU's long names. All of its blocks are
 * kept as they are, since only they tell how it was written. The fields of a block are read by the package tar.
 */
import { Header } from 'tar/header';
import { CritError } from '../../error.ts';
import { parsePax, type PaxRecords } from './pax-records.ts';
import { TAR_BLOCK, imageOf, paddingOf, type MemberType, type TarMember } from './tar-member.ts';

/** The most bytes that the headers of one member may have. */
const HEADERS_LIMIT = 1024 * 1024;

/** Records that members have as fields. */
const FIELDS = ['path', 'linkpath', 'size', 'mtime', 'uid', 'gid', 'uname', 'gname'] as const;

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
    const path = textOf(this.#pax, 'path') ?? this.#longPath;
    const header = readHeader(copy, path);
    const kind = String.fromCharCode(copy[156] ?? 0);
    if (isExtension(kind)) {
      const size = header.size ?? 0;
      if (size > HEADERS_LIMIT)
        throw new CritError('limit', `a header of ${size} bytes; ${HEADERS_LIMIT >> 20} MiB is the most`);
      this.#extension = { kind, size, parts: [], left: size + paddingOf(size) };
      if (size === 0) this.#extension = undefined;
      return undefined;
    }
    const parsed = { member: this.#member(header, kind, copy), blocks: Buffer.concat(this.#blocks) };
    this.#blocks = [];
    this.#pax = {};
    this.#longPath = this.#longTarget = undefined;
    return parsed;
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
      const text = bytes.toString('utf8').replace(/\0.*$/s, '');
      if (extension.kind === 'L') this.#longPath = text;
      else this.#longTarget = text;
    }
  }

  #member(header: Header, kind: string, block: Buffer): TarMember {
    const pax = this.#pax;
    const path = header.path ?? '';
    if (path.includes('\ufffd')) throw new CritError('name', 'its name is not UTF-8', { image: path });
    const image = { image: path };
    const sparse = Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'));
    const type = kind !== '1' && kind !== '2' && path.endsWith('/') ? 'directory' : TYPES[kind];
    if (sparse || !type) {
      const what = sparse ? 'a sparse file' : (REFUSED[kind] ?? `a member of the unknown type ${JSON.stringify(kind)}`);
      throw new CritError('format', `${what}, which has no lines: unpack the archive and name the directory`, image);
    }
    imageOf(path);
    const target = type === 'file' ? '' : (textOf(pax, 'linkpath') ?? this.#longTarget ?? header.linkpath ?? '');
    if (target.includes('\ufffd')) throw new CritError('name', 'its link target is not UTF-8', image);
    const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
    const size = type === 'file' ? (count(pax, 'size') ?? header.size) : 0;
    if (size === undefined) throw new CritError('format', 'its size is no number', image);
    return {
      type,
      path,
      size,
      mode: header.mode ?? 0,
      uid: count(pax, 'uid') ?? header.uid ?? 0,
      gid: count(pax, 'gid') ?? header.gid ?? 0,
      uname: textOf(pax, 'uname') ?? (isGnu ? name(block, 265) : (header.uname ?? '')),
      gname: textOf(pax, 'gname') ?? (isGnu ? name(block, 297) : (header.gname ?? '')),
      mtime: secondsOf(textOf(pax, 'mtime')) ?? (header.mtime ? header.mtime.getTime() / 1000 : 0),
      target: type === 'directory' ? '' : target,
      pax: Object.fromEntries(Object.entries(pax).filter(([key]) => !FIELDS.some((field) => field === key))),
      format: isGnu ? 'gnu' : 'ustar',
    };
  }
}

/** Whether a block is the header of a member, by its checksum. */
export function isHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false;
  try {
    return new Header(Buffer.from(block.subarray(0, TAR_BLOCK))).cksumValid;
  } catch {
    return false;
  }
}

/** Parses all headers of one member. Throws a CritError where the bytes are something else. */
export function parseHeader(blocks: Uint8Array): TarMember {
  const parser = new HeaderParser();
  for (let at = 0; at + TAR_BLOCK <= blocks.length; at += TAR_BLOCK) {
    const parsed = parser.take(blocks.subarray(at, at + TAR_BLOCK));
    if (parsed && at + TAR_BLOCK === blocks.length) return parsed.member;
  }
  throw new CritError('value', 'tar.header does not hold the headers of one member');
}

/** Reads a block. Where its name has no room in it, `path` is the whole: the end of a name tells a directory. */
function readHeader(block: Buffer, path: string | undefined): Header {
  let header: Header;
  try {
    header = new Header(block, 0, path === undefined ? undefined : { path });
  } catch (error) {
    throw new CritError(
      'format',
      `a tar header with a bad number: ${error instanceof Error ? error.message : ''}`,
      {},
      error,
    );
  }
  if (!header.cksumValid) throw new CritError('format', 'not a tar header: its checksum is wrong');
  return header;
}

/** Records for all members that follow must not change what their own headers say. */
function checkGlobal(records: PaxRecords): void {
  const field = FIELDS.find((key) => records[key] !== undefined);
  if (field !== undefined)
    throw new CritError('format', `a pax header that sets ${field} of all members, as no engine writes it`);
}

function isExtension(kind: string): kind is Extension {
  return kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K';
}

function textOf(pax: PaxRecords, key: (typeof FIELDS)[number]): string | undefined {
  const value = pax[key];
  if (typeof value === 'object') throw new CritError('name', `its ${key} is not UTF-8`);
  return value;
}

function count(pax: PaxRecords, key: 'size' | 'uid' | 'gid'): number | undefined {
  const text = textOf(pax, key);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new CritError('format', `a pax header whose ${key} is no number`);
  return Number(text);
}

function secondsOf(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}(?:\.\d+)?$/.test(text)) throw new CritError('format', 'a pax header whose mtime is no number');
  return text.includes('.') ? text : Number(text);
}

function name(block: Buffer, at: number): string {
  return block.toString('utf8', at, at + 32).replace(/\0.*$/s, '');
}
