/** What a regular expression says, for bytes. */
export type Pattern =
  | { readonly kind: 'empty' }
  /** One byte of a set. */
  | { readonly kind: 'byte'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  /** The first of them that fits. */
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly what: Pattern;
      readonly least: number;
      readonly most: number;
      readonly isGreedy: boolean;
    }
  | { readonly kind: 'place'; readonly place: Place }
  /** What a group in parentheses takes can be asked for by its number, from 1. */
  | { readonly kind: 'group'; readonly number: number; readonly what: Pattern };

/**
 * Where no byte is taken: `^`, `$`, `\b`, `\B`, and the ends of all that is searched. A run is text between bytes that are in
 * no text, such as the zero behind a string: in memory it is what a line is in a file.
 */
export type Place =
  'text start' | 'text end' | 'line start' | 'line end' | 'run start' | 'run end' | 'word edge' | 'no word edge';

/** For each byte value 1 where it is in the set, 0 where not. */
export type ByteSet = Uint8Array;

/** The set of some bytes. */
export function byteSet(has: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (has(byte) ? 1 : 0));
}

/** `\w` */
export function isWordByte(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95;
}

/** What `.` does not take and `^` and `$` look for. */
export function isLineEnd(byte: number): boolean {
  return byte === 10 || byte === 13;
}

/** Bytes one after another, as they are. */
export function literal(bytes: Iterable<number>, ignoreCase: boolean): Pattern {
  return { kind: 'sequence', parts: [...bytes].map((byte) => oneByte(byte, ignoreCase)) };
}

/** Sets of one byte, or of both cases of one: the same ones for all patterns, since most bytes of a pattern are such. */
const SINGLE = new Map<number, Pattern>();

export function oneByte(byte: number, ignoreCase: boolean): Pattern {
  const other = ignoreCase ? otherCase(byte) : byte;
  const key = Math.min(byte, other) * 256 + Math.max(byte, other);
  let known = SINGLE.get(key);
  if (!known) SINGLE.set(key, (known = { kind: 'byte', set: byteSet((each) => each === byte || each === other) }));
  return known;
}

/** A set with the other case of its ASCII letters. */
export function bothCases(set: ByteSet): ByteSet {
  return byteSet((byte) => set[byte] === 1 || set[otherCase(byte)] === 1);
}

function otherCase(byte: number): number {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) ? byte ^ 32 : byte;
}
