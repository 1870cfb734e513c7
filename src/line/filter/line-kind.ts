/**
 * What a line is, told from its beginning, so that a line which only passes through is never parsed.
 */
import { EntryReader } from '../entry-reader.ts';
import { isObject, parseJson } from '../../codec/json.ts';
import { hasAt, type LineView } from '../line-reader.ts';
import { CritError } from '../../error.ts';
import { BUILT_IN } from '../../schema/built-in.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import { chooser, type Choice, type Chooser } from './choice.ts';

export interface LineKind {
  readonly kind: 'begin' | 'entry' | 'piece' | 'end' | 'error';
  readonly image: string;
  readonly magic: string;
  readonly isChosen: boolean;
  /** Where the value of its last key begins, behind the line's own beginning; 0 where that is not known. */
  readonly valueAt: number;
  readonly entries: EntryReader | undefined;
  /** The line as a value, where telling its kind took that. */
  readonly value: Record<string, unknown> | undefined;
}

const HEAD = /^\{"image":("(?:[^"\\]|\\.)*"),"magic":"(\w+)","(begin|entry|piece|end)":/;

const NONE: LineKind = {
  kind: 'error',
  image: '',
  magic: '',
  isChosen: false,
  valueAt: 0,
  entries: undefined,
  value: undefined,
};

export class LineKinds {
  readonly #choose: Chooser;
  readonly #schema: ImageSchema;
  /** What the line before began with, up to its kind. */
  #prefix: Buffer = Buffer.alloc(0);
  #last: LineKind = NONE;

  /** Throws a CritError with code "usage" for a magic that there is not. */
  constructor(choice: Choice) {
    this.#choose = chooser(choice);
    this.#schema = choice.schema ?? BUILT_IN;
  }

  /** Throws a CritError where it is no line. */
  of(line: LineView): LineKind {
    if (this.#prefix.length > 0 && hasAt(line, line.from, this.#prefix)) return this.#last;
    const text = line.text();
    const head = HEAD.exec(text.slice(0, 16384));
    const image: unknown = head ? JSON.parse(head[1] ?? '') : undefined;
    const magic = head?.[2] ?? '';
    const kind = head?.[3];
    if (!head || typeof image !== 'string' || !isKind(kind)) return this.#parsed(text);
    this.#prefix = Buffer.from(head[0]);
    const entries = kind === 'entry' ? new EntryReader(this.#schema, magic) : undefined;
    const isChosen = this.#choose(image, magic);
    this.#last = { kind, image, magic, isChosen, valueAt: this.#prefix.length, entries, value: undefined };
    return this.#last;
  }

  #parsed(text: string): LineKind {
    const value = parseJson(text);
    if (!isObject(value)) throw new CritError('line', `not an object: ${text.slice(0, 40)}`);
    if (value['error'] !== undefined) return { ...NONE, value };
    const { image = '-', magic } = value;
    const kind = ['begin', 'entry', 'piece', 'end'].find((key) => value[key] !== undefined);
    if (typeof image !== 'string' || typeof magic !== 'string' || !isKind(kind)) {
      throw new CritError('line', 'not a line of crit-cat: it has no image, magic, and begin, entry, piece or end');
    }
    return { ...NONE, kind, image, magic, isChosen: this.#choose(image, magic), value };
  }
}

function isKind(text: string | undefined): text is 'begin' | 'entry' | 'piece' | 'end' {
  return text === 'begin' || text === 'entry' || text === 'piece' || text === 'end';
}

/** A line as a value: in the shortest way, where it is an entry as crit-cat writes it. */
export function lineValue(line: LineView, kind: LineKind): Record<string, unknown> {
  if (kind.value) return kind.value;
  const { image, magic, entries } = kind;
  const entry = entries?.read(line, line.from + kind.valueAt);
  if (entry) return { image, magic, entry };
  const value = parseJson(line.text());
  if (!isObject(value)) throw new CritError('line', `not an object: ${line.text().slice(0, 40)}`);
  return value;
}
