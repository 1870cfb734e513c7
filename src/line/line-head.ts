/**
 * How lines are read: what a line is, told from its beginning where it is written as crit-cat writes it, so that a line which
 * only passes through is never parsed; and the line as a value, checked.
 */
import { isObject, parseJson } from '../codec/json.ts';
import { show } from '../codec/parse-value.ts';
import { CritError } from '../error.ts';
import { didYouMean } from '../nearest.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { isRawMagic } from '../schema/magics.ts';
import { duplicateKey } from './duplicate-keys.ts';
import { EntryReader } from './entry-reader.ts';
import { hasAt, wordsOf, type LineView } from './line-reader.ts';
import { KINDS, LINE_KEYS, type LineKind } from './line.ts';

/** The keys of a line with their values. */
export type LineValue = Readonly<Record<string, unknown>>;

/** What a line is. Lines that follow each other and begin in the same way have the same object. */
export interface LineHead {
  readonly kind: LineKind | 'error' | 'shard';
  readonly image: string;
  readonly magic: string;
  /** Where what its kind names begins, behind the line's own beginning; 0 where it is not written as crit-cat does. */
  readonly valueAt: number;
  readonly entries: EntryReader | undefined;
  /** The line as a value, where telling its kind took that. */
  readonly value: LineValue | undefined;
}

const HEAD = /^\{"image":("(?:[^"\\]|\\.)*"),"magic":"(\w+)","(begin|entry|piece|end)":/;

/** How much of a line can be its head. */
const HEAD_LIMIT = 16 * 1024;

export class HeadReader {
  readonly #schema: ImageSchema;
  /** What the line before began with, up to its kind. */
  #prefix = wordsOf(Buffer.alloc(0));
  #last: LineHead | undefined;

  constructor(schema: ImageSchema) {
    this.#schema = schema;
  }

  /** Throws a CritError where it is no line. */
  read(line: LineView): LineHead {
    return this.readBeginning(line) ?? headOf(parseLineValue(line.text()));
  }

  /** The same of a line of which the beginning is there; undefined where that is not written as crit-cat writes it. */
  readBeginning(line: LineView): LineHead | undefined {
    if (this.#last && hasAt(line, line.from, this.#prefix)) return this.#last;
    const head = HEAD.exec(line.text(HEAD_LIMIT));
    const kind = KINDS.find((each) => each === head?.[3]);
    if (!head || !kind) return undefined;
    const image = parseJson(head[1] ?? '');
    if (typeof image !== 'string') throw new CritError('line', '"image" is not a string');
    const magic = head[2] ?? '';
    this.#prefix = wordsOf(Buffer.from(head[0]));
    const entries = kind === 'entry' ? new EntryReader(this.#schema, magic) : undefined;
    this.#last = { kind, image, magic, valueAt: this.#prefix.byteLength, entries, value: undefined };
    return this.#last;
  }
}

/** A line as a value: in the shortest way, where it is an entry as crit-cat writes it. Throws a CritError where it is no line. */
export function valueOf(line: LineView, head: LineHead): LineValue {
  if (head.value) return head.value;
  const entry = entryOf(line, head);
  return entry ? { image: head.image, magic: head.magic, entry } : parseLineValue(line.text());
}

/** The entry of a line that has nothing else and is written as crit-cat writes it; undefined for all other lines. */
export function entryOf(line: LineView, { entries, valueAt }: LineHead): Record<string, unknown> | undefined {
  return entries?.read(line, line.from + valueAt);
}

/**
 * The keys of a line and their values. Throws a CritError where the text is not JSON, has a key twice or one that no line
 * has, or is not of one kind.
 */
export function parseLineValue(text: string): LineValue {
  const value = parseJson(text);
  if (!isObject(value)) throw new CritError('line', `not an object: ${text.slice(0, 40)}`);
  checkLineValue(value, text);
  return value;
}

/** Throws a CritError where an object, parsed from a text, is no line. */
export function checkLineValue(line: LineValue, text: string): void {
  if (line['error'] !== undefined) return;
  const keys = Object.keys(line);
  const stray = keys.find((key) => !LINE_KEYS.includes(key));
  if (stray !== undefined) {
    const hint = didYouMean(stray, LINE_KEYS) || '; bare entries go into crit-pack --magic alone';
    throw new CritError('line', `a line has no key ${show(stray)}${hint}`);
  }
  const twice = duplicateKey(text, keys);
  if (twice !== undefined) throw new CritError('line', `has the key ${show(twice)} twice`);
  if (line['shard'] !== undefined) {
    if (keys.length > 1) throw new CritError('line', '"shard" stands in a line of its own');
    return;
  }
  const { image, magic } = line;
  if (image !== undefined && typeof image !== 'string') throw new CritError('line', '"image" is not a string');
  if (typeof magic !== 'string') {
    throw new CritError('line', 'a line without "magic"; bare entries go into crit-pack --magic alone', { image });
  }
  const kinds = KINDS.filter((key) => line[key] !== undefined);
  if (kinds.length === 1 && (line['entry'] !== undefined || (line['extra'] ?? line['wire']) === undefined)) return;
  if (kinds.length === 1) throw new CritError('line', '"extra" and "wire" are for entries', { image });
  const found = kinds.length === 0 ? 'without begin, entry, piece or end' : `with both ${kinds.join(' and ')}`;
  throw new CritError('line', `a line ${found}`, { image });
}

function headOf(value: LineValue): LineHead {
  const { image = '-', magic } = value;
  const kind = (['error', 'shard', ...KINDS] as const).find((key) => value[key] !== undefined);
  if (kind === 'error' || kind === 'shard')
    return { kind, image: '', magic: '', valueAt: 0, entries: undefined, value };
  if (typeof image !== 'string' || typeof magic !== 'string' || !kind)
    throw new TypeError('a line that was not checked');
  return { kind, image, magic, valueAt: 0, entries: undefined, value };
}

/** Whether a line is a piece of the extra of the entry before. */
export function isExtraPiece({ kind, magic }: LineHead): boolean {
  return kind === 'piece' && !isRawMagic(magic);
}
