import { CritError } from '../error.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import { HEAD_NUMBERS, rawMagicByFile, type Head } from '../schema/images.ts';
import type { RawMagic } from '../schema/magics.ts';

/** An image of entries, with the head that was read, or a file of raw bytes. */
export type Detected =
  | { readonly kind: 'entries'; readonly type: ImageType; readonly head: Head; readonly start: number }
  | { readonly kind: 'raw'; readonly magic: RawMagic };

/** Bytes that are needed, where a file has them. */
const DETECT_BYTES = 8;

/**
 * What kind of image a file is, by its name and its first bytes; undefined where more bytes are needed.
 *
 * A name that CRIU gives to files in other formats decides alone. Then the magic number decides; a file without a known one
 * holds raw bytes. It is an error where the name is that of an image with entries, or where the bytes are the beginning of one.
 */
export function detect(
  name: string,
  bytes: Uint8Array,
  isWhole: boolean,
  schema: ImageSchema = BUILT_IN,
): Detected | undefined {
  const raw = rawMagicByFile(name);
  if (raw) return { kind: 'raw', magic: raw };
  if (bytes.length < DETECT_BYTES && !isWhole) return undefined;

  const first = uint32(bytes, 0);
  const head = first === HEAD_NUMBERS.common ? 'common' : first === HEAD_NUMBERS.service ? 'service' : 'none';
  const start = head === 'none' ? 4 : 8;
  const number = uint32(bytes, start - 4);
  const type = number === undefined ? undefined : schema.byNumber(number);
  if (type) return { kind: 'entries', type, head, start };

  const expected = schema.byFile(name);
  if (number === undefined && (expected || beginsImage(schema, bytes))) {
    const what = expected ? `the beginning of a ${expected.magic} image` : 'the beginning of an image';
    throw new CritError('truncated', `truncated: ${start} bytes expected as ${what}, ${bytes.length} there`, {
      offset: 0,
    });
  }
  if (expected) {
    throw new CritError(
      'format',
      `not a ${expected.magic} image, as its name says: unknown magic number 0x${(number ?? 0).toString(16)}; under another name it can be read as raw bytes`,
      {
        offset: start - 4,
      },
    );
  }
  return { kind: 'raw', magic: 'RAW' };
}

/** A few bytes that begin as an image does: with a head, or as one that has none. */
function beginsImage(schema: ImageSchema, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  const begins = (number: number): boolean =>
    bytes.every((byte, index) => index >= 4 || byte === ((number >>> (8 * index)) & 255));
  return (
    begins(HEAD_NUMBERS.common) ||
    begins(HEAD_NUMBERS.service) ||
    [...schema.types()].some((type) => type.head === 'none' && begins(type.number))
  );
}

function uint32(bytes: Uint8Array, at: number): number | undefined {
  if (at + 4 > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}
