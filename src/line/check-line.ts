/** The parts of lines that came from anywhere, checked. */
import { FieldError } from '../codec/field-error.ts';
import { parseString, show } from '../codec/parse-value.ts';
import { CritError } from '../error.ts';
import { didYouMean } from '../nearest.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import type { Head } from '../schema/images.ts';
import { FILE_MAGICS, RAW_MAGICS, isFileMagic, isRawMagic } from '../schema/magics.ts';
import { isObject } from '../codec/json.ts';
import { LINE_KEYS } from './line.ts';

/** Throws a CritError where a line has a key that no line has. */
export function checkKeys(line: Record<string, unknown>): void {
  for (const key in line) {
    if (LINE_KEYS.includes(key)) continue;
    throw new CritError(
      'line',
      `a line has no key ${show(key)}${didYouMean(key, LINE_KEYS) || '; for bare entries give --magic'}`,
    );
  }
}

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

export function isHead(value: unknown): value is Head {
  return value === 'common' || value === 'service' || value === 'none';
}

/** The target of a link as bytes. Throws a CritError where it cannot be one. */
export function linkTarget(value: unknown): Uint8Array {
  try {
    const target = parseString(value);
    if (target.length > 0 && !target.includes(0)) return target;
    throw new FieldError('the target of a link is empty or has a zero byte in it');
  } catch (error) {
    throw error instanceof FieldError ? error.within('begin.target') : error;
  }
}

/** The permission bits of `begin.mode`. Throws a CritError where it does not say any. */
export function parseMode(mode: unknown, image: string): number | undefined {
  if (mode === undefined) return undefined;
  if (typeof mode === 'string' && /^[0-7]{3,5}$/.test(mode) && parseInt(mode, 8) <= 0o7777) return parseInt(mode, 8);
  throw new CritError('line', 'begin.mode is no string of octal digits up to "07777", such as "0644"', { image });
}

/** What an error line says, as an error. */
export function upstreamError(error: unknown): CritError {
  const { image, message } = isObject(error) ? error : {};
  const said = typeof message === 'string' ? message : 'it does not say why';
  if (typeof image !== 'string') return new CritError('upstream', `the tool before this one failed: ${said}`);
  const reason = said.startsWith(`${image}: `) ? said.slice(image.length + 2) : said;
  return new CritError('upstream', `the tool before this one failed: ${reason}`, { image });
}
