/** Classes of bytes by the names that they have in Go's regular expressions. */
import { isWordByte } from './pattern.ts';

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;
const isAlpha = (byte: number): boolean => isUpper(byte) || isLower(byte);
const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 12 || byte === 13;
const isGraph = (byte: number): boolean => byte > 32 && byte < 127;

/** `\d`, `\s` and `\w`; a capital letter is all others. */
export const PERL: Readonly<Record<string, (byte: number) => boolean>> = { d: isDigit, s: isSpace, w: isWordByte };
/** `[:alpha:]` and the like. */
export const POSIX: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: (byte) => isAlpha(byte) || isDigit(byte),
  alpha: isAlpha,
  ascii: (byte) => byte < 128,
  blank: (byte) => byte === 32 || byte === 9,
  cntrl: (byte) => byte < 32 || byte === 127,
  digit: isDigit,
  graph: isGraph,
  lower: isLower,
  print: (byte) => isGraph(byte) || byte === 32,
  punct: (byte) => isGraph(byte) && !isAlpha(byte) && !isDigit(byte),
  space: (byte) => isSpace(byte) || byte === 11,
  upper: isUpper,
  word: isWordByte,
  xdigit: (byte) => isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102),
};
