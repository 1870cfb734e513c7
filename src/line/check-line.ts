/** The parts of lines that came from anywhere, checked. */
import { FieldError } from '../codec/field-error.ts';
import { parseString, show } from '../codec/parse-value.ts';
import { CritError } from '../error.ts';
import { didYouMean } from '../nearest.ts';
import type { ImageDetails } from '../image/image-sink.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import type { Head } from '../schema/images.ts';
import { FILE_MAGICS, RAW_MAGICS, isFileMagic, isRawMagic } from '../schema/magics.ts';
import { isObject } from '../codec/json.ts';
import type { ImageRange } from './line.ts';

/** Throws a CritError where images of a magic have no entries that could come bare. */
export function checkBareMagic(schema: ImageSchema, magic: string): void {
  if (!isFileMagic(magic) && typeOf(schema, magic)) return;
  throw new CritError('usage', `--magic is for bare entries, and ${magic} has none: leave it out`);
}

/** The image type of a magic; undefined for raw bytes. Throws a CritError for all other names. */
export function typeOf(schema: ImageSchema, magic: string): ImageType | undefined {
  const type = schema.byMagic(magic);
  if (type || isRawMagic(magic)) return type;
  const known = [...RAW_MAGICS, ...FILE_MAGICS, ...[...schema.types()].map((each) => each.magic)];
  throw new CritError('line', `no image has the magic ${show(magic)}${didYouMean(magic, known)}`);
}

/** What a begin line says. */
export interface Begin {
  readonly head: Head | undefined;
  /** That of a link; empty elsewhere. */
  readonly target: Uint8Array;
  readonly details: ImageDetails;
  /** The bytes of a raw image of which lines follow, where not all do. */
  readonly range: ImageRange | undefined;
}

/** The value of `begin`. Throws a CritError where it is something else. */
export function parseBegin(begin: unknown, magic: string): Begin {
  if (!isObject(begin)) throw new CritError('line', '"begin" is not an object');
  const { head, target, mode, tar, range, ...others } = begin;
  refuse(others, 'begin');
  if (magic === 'LINK' && mode !== undefined) throw new CritError('line', 'a link has no mode');
  if ((magic !== 'LINK' && target !== undefined) || (head !== undefined && !isHead(head, magic))) {
    throw new CritError('line', '"begin" may hold "head", which is "common", "service" or "none"');
  }
  return {
    head: isHead(head, magic) ? head : undefined,
    target: magic === 'LINK' ? linkTarget(target) : new Uint8Array(),
    details: { magic, mode: parseMode(mode), tar },
    range: parseRange(range, magic),
  };
}

/** The value of `begin.range`. */
function parseRange(range: unknown, magic: string): ImageRange | undefined {
  if (range === undefined) return undefined;
  if (!isRawMagic(magic)) throw new CritError('line', `a range of an image of ${magic}: only raw bytes have ranges`);
  const { offset, length, size, ...others } = isObject(range) ? range : {};
  if (
    isCount(offset) &&
    isCount(length) &&
    isCount(size) &&
    offset + length <= size &&
    Object.keys(others).length === 0
  )
    return { offset, length, size };
  throw new CritError('line', 'begin.range must have offset, length and size, and lie within the size');
}

/** Throws a CritError where the value of `begin` tells of a range, for what must see all of an image. */
export function checkWhole(begin: unknown): void {
  if (!isObject(begin) || begin['range'] === undefined) return;
  const hint = 'join the shards first: crit-pack -C DIR';
  throw new CritError('usage', `a range of the image (crit-cat --shard), of which all must be seen for this; ${hint}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The value of `end`. Throws a CritError where it is something else. */
export function parseEnd(end: unknown): { readonly tar: unknown } {
  if (!isObject(end)) throw new CritError('line', '"end" is not an object');
  const { tar, ...others } = end;
  refuse(others, 'end');
  return { tar };
}

function refuse(others: object, part: string): void {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new CritError('line', `"${part}" has no key ${show(other)}`);
}

function isHead(value: unknown, magic: string): value is Head {
  if (isRawMagic(magic) || isFileMagic(magic)) return false;
  return value === 'common' || value === 'service' || value === 'none';
}

/** The target of a link as bytes. */
function linkTarget(value: unknown): Uint8Array {
  try {
    const target = parseString(value);
    if (target.length > 0 && !target.includes(0)) return target;
    throw new FieldError('the target of a link is empty or has a zero byte in it');
  } catch (error) {
    throw error instanceof FieldError ? error.within('begin.target') : error;
  }
}

/** The permission bits of `begin.mode`. */
function parseMode(mode: unknown): number | undefined {
  if (mode === undefined) return undefined;
  if (typeof mode === 'string' && /^[0-7]{3,5}$/.test(mode) && parseInt(mode, 8) <= 0o7777) return parseInt(mode, 8);
  throw new CritError('line', 'begin.mode is no string of octal digits up to "07777", such as "0644"');
}

/** What an error line says, as an error. */
export function upstreamError(error: unknown): CritError {
  const { image, message } = isObject(error) ? error : {};
  const said = typeof message === 'string' ? message : 'it does not say why';
  if (typeof image !== 'string') return new CritError('upstream', `the tool before this one failed: ${said}`);
  const reason = said.startsWith(`${image}: `) ? said.slice(image.length + 2) : said;
  return new CritError('upstream', `the tool before this one failed: ${reason}`, { image });
}
