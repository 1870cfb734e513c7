/** Lines as values: see docs/lines.md. */
import type { EntryByMagic } from '../schema/generated/messages.ts';
import { imageTypeByMagic, type Head, type Magic, type RawMagic } from '../schema/images.ts';
import { isObject } from '../codec/json.ts';
import { isPiece, type Piece } from '../image/piece.ts';

/** The contents of an extra: base64; two named parts; numbers of semaphores; messages of a queue. */
export interface ExtraByMagic {
  BPFMAP_DATA: { keys: string; values: string };
  FIFO_DATA: string;
  GHOST_FILE: string;
  IPCNS_MSG: { msg: { mtype: number | string; msize: number }; text: string }[];
  IPCNS_SEM: number[];
  IPCNS_SHM: string;
  PIPES_DATA: string;
  SK_QUEUES: string;
  TCP_STREAM: { inq: string; outq: string };
}

/** What a tool that sees the whole checkpoint adds to a line; it is not packed. */
export type At = Record<string, unknown>;

/** How a member of a tar archive was written there; another place for images does without it. */
export interface TarDetails {
  /** Only where the magic does not tell it. */
  type?: 'hard link';
  /** Where it is not what the image's name makes it. */
  path?: string;
  /** Octal digits. */
  mode?: string;
  uid?: number;
  gid?: number;
  uname?: string;
  gname?: string;
  /** Seconds; a string of digits where there is a fraction. */
  mtime?: number | string;
  size?: number;
  /** Other records of the pax header. */
  pax?: Record<string, string | { base64: string }>;
  format?: 'gnu' | 'ustar';
  /** The blocks of its headers in base64, where crit-pack would write others: these are written if all else is unchanged. */
  header?: string;
}

/** What follows a member of a tar archive, where it is not the usual. */
export interface TarEnd {
  /** The bytes that fill its last block, in base64. */
  padding?: string;
  /** Zero bytes at the end of the archive, other than 1024. */
  zeros?: number;
}

export interface BeginLine<M extends string = Magic | RawMagic> {
  image: string;
  magic: M;
  /** Holds what differs from the usual. */
  begin: { head?: Head; tar?: TarDetails };
}

export interface EndLine<M extends string = Magic | RawMagic | 'LINK' | 'DIR'> {
  image: string;
  magic: M;
  end: { tar?: TarEnd };
}

export interface EntryLineOf<M extends Magic> {
  image: string;
  magic: M;
  entry: EntryByMagic[M];
  /** Absent where the image has none, or where it follows in pieces. */
  extra?: M extends keyof ExtraByMagic ? ExtraByMagic[M] : never;
  at?: At;
  /** The entry's bytes in base64, where they are valid but not as CRIU writes them. */
  wire?: string;
}

/** Entries of all images: `line.magic === 'PSTREE'` tells the type of `line.entry`. */
export type EntryLine = { [M in Magic]: EntryLineOf<M> }[Magic];

export interface PieceLine {
  image: string;
  magic: RawMagic | keyof ExtraByMagic;
  piece: Piece;
  at?: At;
}

/** A symbolic link; its target is `{base64}` where it is not UTF-8. */
export interface LinkLine {
  image: string;
  magic: 'LINK';
  begin: { target: string | { base64: string }; tar?: TarDetails };
}

/** A directory that has nothing in it, or any directory of an archive. */
export interface DirectoryLine {
  image: string;
  magic: 'DIR';
  begin: { tar?: TarDetails };
}

/** The last line of a tool that failed. */
export interface ErrorLine {
  error: { image?: string; message: string };
}

/** A line, told apart by its keys and by `magic`. */
export type Line = BeginLine | EntryLine | PieceLine | EndLine | LinkLine | DirectoryLine | ErrorLine;

/** The keys of a line, in their order. */
export const LINE_KEYS: readonly string[] = [
  'image',
  'magic',
  'begin',
  'entry',
  'piece',
  'end',
  'extra',
  'at',
  'wire',
  'error',
];

/**
 * Whether a value has the keys of a line. The fields of an entry are not looked at: they are what their writer says, until
 * they are encoded.
 */
export function isLine(value: unknown): value is Line {
  if (!isObject(value)) return false;
  const { image, magic, begin, entry, piece, end, error } = value;
  if (error !== undefined) return isObject(error) && typeof error['message'] === 'string';
  if (typeof image !== 'string' || typeof magic !== 'string') return false;
  const isEntries = imageTypeByMagic(magic) !== undefined;
  const isFile = magic === 'LINK' || magic === 'DIR';
  if (!isEntries && !isFile && magic !== 'PAGES' && magic !== 'RAW') return false;
  if ([begin, entry, piece, end].filter((part) => part !== undefined).length !== 1) return false;
  if (entry !== undefined) return isEntries && isObject(entry);
  if (piece !== undefined) return !isFile && isPiece(piece);
  return isObject(begin ?? end);
}
