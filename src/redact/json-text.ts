/**
 * Scans a text of JSON: its strings as they are read, then all of it as it is written, since a pattern may ask for the key beside
 * a value.
 *
 * What is overwritten are characters of strings and digits of numbers, so that the text stays JSON. It stays as long as it was,
 * too: what an escape took more than the character in its place is filled up with spaces behind the string.
 */
import { jsonTokens } from '../codec/json-tokens.ts';
import { CritError } from '../error.ts';
import { STAR, type Hit, type Scanner } from './scanner.ts';

const UNIT =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[\xc0-\xff][\x80-\xbf]*|[^]/gy;
const MOST_ROUNDS = 8;
const ONE = 49;
const BACKSLASH = 0x5c;

/** A character of a string, or of a number: where it stands, and the bytes that it means. */
interface Unit {
  readonly from: number;
  readonly end: number;
  readonly bytes: Buffer;
}

interface Token {
  readonly from: number;
  readonly end: number;
  readonly path: string;
  readonly isString: boolean;
}

/** Takes a match with the way to the value; false where it must stay as it is. */
export type OnJsonHit = (hit: Hit, field: string) => boolean;

/** Whether bytes are a text of JSON that has anything in it. */
export function isJson(bytes: Buffer): boolean {
  const first = bytes.toString('latin1', 0, 64).trimStart()[0];
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch (error) {
    // The latter is what the decoder throws.
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}

/** Scans a text, which is known to be JSON; gives it as it is then. Throws a CritError where something cannot be overwritten. */
export function scanJson(given: Buffer, scanner: Scanner, onHit: OnJsonHit): Buffer {
  let bytes = given;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const marks = new Uint8Array(bytes.length);
    const tokens = [...tokensOf(bytes)];
    for (const token of tokens) if (token.isString) scanString(bytes, token, marks, scanner, onHit);
    scanWritten(bytes, tokens, marks, scanner, onHit);
    if (scanner.fill === undefined || !marks.includes(1)) return bytes;
    bytes = rendered(bytes, tokens, marks, scanner.fill);
  }
  return bytes;
}

function scanString(bytes: Buffer, token: Token, marks: Uint8Array, scanner: Scanner, onHit: OnJsonHit): void {
  scanner.scanString(meantBy(bytes, token), (hit) => {
    if (!onHit(hit, token.path)) return false;
    let at = 0;
    for (const { from, end, bytes: meant } of unitsOf(bytes, token)) {
      if (at < hit.end && at + meant.length > hit.start) marks.fill(1, from, end);
      at += meant.length;
    }
    return true;
  });
}

function scanWritten(
  bytes: Buffer,
  tokens: readonly Token[],
  marks: Uint8Array,
  scanner: Scanner,
  onHit: OnJsonHit,
): void {
  scanner.asWritten.scanString(Buffer.from(bytes), (hit) => {
    const touched = tokens.filter(({ from, end }) => from < hit.end && end > hit.start);
    const units = touched.flatMap((token) =>
      unitsOf(bytes, token).filter(({ from, end }) => from < hit.end && end > hit.start),
    );
    // The strings themselves have told of it.
    if (units.length > 0 && units.every(({ from }) => marks[from] === 1)) return true;
    if (!onHit(hit, touched[0]?.path ?? '')) return false;
    if (units.length === 0 && scanner.fill !== undefined)
      throw new CritError('value', 'what was found is no string of this JSON, and cannot be overwritten');
    for (const { from, end } of units) marks.fill(1, from, end);
    return true;
  });
}

function rendered(bytes: Buffer, tokens: readonly Token[], marks: Uint8Array, fill: number): Buffer {
  const result = Buffer.from(bytes);
  const letter = fill >= 0x20 && fill < 0x7f && fill !== 0x22 && fill !== 0x5c ? fill : STAR;
  for (const token of tokens) {
    if (!marks.subarray(token.from, token.end).includes(1)) continue;
    if (!token.isString) {
      for (let at = token.from; at < token.end; at++) if (marks[at] === 1) result[at] = ONE;
      continue;
    }
    let to = token.from + 1;
    for (const { from, end, bytes: meant } of unitsOf(bytes, token)) {
      if (marks[from] === 1) {
        result.fill(letter, to, to + meant.length);
        to += meant.length;
      } else to += bytes.copy(result, to, from, end);
    }
    result[to] = 0x22;
    result.fill(0x20, to + 1, token.end);
  }
  return result;
}

/** A copy of what a string means: most have no escapes, and are what they mean. */
function meantBy(bytes: Buffer, token: Token): Buffer {
  const written = bytes.subarray(token.from + 1, token.end - 1);
  if (!written.includes(BACKSLASH)) return Buffer.from(written);
  return Buffer.concat(unitsOf(bytes, token).map((unit) => unit.bytes));
}

/** The characters of a string, or the digits of a number. */
function unitsOf(bytes: Buffer, { from, end, isString }: Token): Unit[] {
  const units: Unit[] = [];
  if (!isString) {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 48 && byte <= 57) units.push({ from: at, end: at + 1, bytes: Buffer.of(byte) });
    }
    return units;
  }
  const text = bytes.toString('latin1', from + 1, end - 1);
  for (const { 0: unit, index } of text.matchAll(UNIT)) {
    const meant: unknown = unit.startsWith('\\') ? JSON.parse(`"${unit}"`) : undefined;
    const start = from + 1 + index;
    const stop = start + unit.length;
    units.push({
      from: start,
      end: stop,
      bytes: typeof meant === 'string' ? Buffer.from(meant) : bytes.subarray(start, stop),
    });
  }
  return units;
}

/** Strings, with those that are keys, and numbers, each with the way to it. */
function* tokensOf(bytes: Buffer): Generator<Token, void, undefined> {
  const keyOf = (word: string): string => Buffer.from(word.slice(1, -1), 'latin1').toString();
  for (const { word, from, end, path } of jsonTokens(bytes.toString('latin1'), keyOf)) {
    const isString = word.startsWith('"');
    if (isString || /^[-\d]/.test(word)) yield { from, end, path: path.join('.'), isString };
  }
}
