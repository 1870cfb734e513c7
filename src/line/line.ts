/** Lines as values: see docs/lines.md. */
import type { ExtraJson } from '../image/extra/extras.ts';
import type { EntryByMagic, ExtraKindByMagic } from '../schema/generated/messages.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Head, Magic } from '../schema/images.ts';
import { isFileMagic, isRawMagic, type FileMagic, type RawMagic } from '../schema/magics.ts';
import { isObject } from '../codec/json.ts';
import { isPiece, type Piece } from '../image/piece.ts';
import { isShardJson, type ShardJson } from './shard.ts';

/** The contents of an extra: base64; two named parts; numbers of semaphores; messages of a queue. */
export type ExtraByMagic = { [M in keyof ExtraKindByMagic]: ExtraJson[ExtraKindByMagic[M]] };

/** What a tool that sees the whole checkpoint adds to a line; it is not packed. */
export type At = Record<string, unknown>;

/** What the container that held the image says of it, to write it in the same way: for an archive `TarDetails`. */
export type ContainerDetails = object;

/** Permission bits in octal digits, such as `0644`. */
export type Mode = string;

/** The bytes of a raw image of which lines follow, in a shard that has not all of it. */
export interface ImageRange {
  offset: number;
  length: number;
  /** Bytes of the whole image. */
  size: number;
}

export interface BeginLine<M extends string = Magic | RawMagic> {
  image: string;
  magic: M;
  /** Holds what differs from the usual. */
  begin: { head?: Head; mode?: Mode; tar?: ContainerDetails; range?: ImageRange };
}

export interface EndLine<M extends string = Magic | RawMagic | FileMagic> {
  image: string;
  magic: M;
  end: { tar?: ContainerDetails };
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
  begin: { target: string | { base64: string }; tar?: ContainerDetails };
}

/** A directory that has nothing in it, or any directory of an archive. */
export interface DirectoryLine {
  image: string;
  magic: 'DIR';
  begin: { mode?: Mode; tar?: ContainerDetails };
}

/** The last line of a tool that failed. */
export interface ErrorLine {
  error: { image?: string; message: string };
}

/** The line before the lines of a part of a checkpoint, or behind them. */
export interface ShardLine {
  shard: ShardJson;
}

/** A line, told apart by its keys and by `magic`. */
export type Line = BeginLine | EntryLine | PieceLine | EndLine | LinkLine | DirectoryLine | ErrorLine | ShardLine;

/** What a line can be. */
export const KINDS = ['begin', 'entry', 'piece', 'end'] as const;
export type LineKind = (typeof KINDS)[number];

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
  'shard',
];

/**
 * Whether a value has the keys of a line. The fields of an entry are not looked at: they are what their writer says, until
 * they are encoded.
 */
export function isLine(value: unknown, schema: ImageSchema = BUILT_IN): value is Line {
  if (!isObject(value)) return false;
  const { image, magic, begin, entry, piece, end, error, shard } = value;
  if (error !== undefined) return isObject(error) && typeof error['message'] === 'string';
  if (shard !== undefined) return isShardJson(shard) && Object.keys(value).length === 1;
  if (typeof image !== 'string' || typeof magic !== 'string') return false;
  const isEntries = schema.byMagic(magic) !== undefined;
  const isFile = isFileMagic(magic);
  if (!isEntries && !isFile && !isRawMagic(magic)) return false;
  if (KINDS.filter((kind) => value[kind] !== undefined).length !== 1) return false;
  if (entry !== undefined) return isEntries && isObject(entry);
  if (piece !== undefined) return !isFile && isPiece(piece);
  return isObject(begin ?? end);
}
