/** Keeps the lines for which an expression is true. Lines are passed on as they came, byte for byte. */
import type { Output } from '../../codec/output.ts';
import { CritError, placed } from '../../error.ts';
import { isRawMagic } from '../../schema/magics.ts';
import { LineReader, type LineView } from '../line-reader.ts';
import type { Choice } from './choice.ts';
import { compileFilter, type Filter, type NamedValues } from './compile.ts';
import { LineKinds, lineValue, type LineKind } from './line-kind.ts';

/** In the place of a line of which the expression names no part. */
const NOTHING: Readonly<Record<string, unknown>> = {};

export interface FilterOptions extends Choice {
  readonly args?: NamedValues;
  /** Keeps the lines for which the expression is not true. */
  readonly invert?: boolean;
  /** Drops lines that are not chosen, which pass otherwise. */
  readonly exclusive?: boolean;
}

export class LineFilter {
  readonly #output: Output;
  readonly #filter: Filter;
  readonly #invert: boolean;
  readonly #exclusive: boolean;
  readonly #kinds: LineKinds;
  readonly #lines: LineReader;
  readonly #verdicts = new Map<string, boolean>();
  /** A run of lines that pass, not yet copied. */
  #block: Buffer | undefined;
  #from = 0;
  #end = 0;
  #kept = 0;
  #upstream: CritError | undefined;

  /** Lines are appended to `output`, which the caller empties between two calls. Throws a CritError for a bad expression. */
  constructor(output: Output, expression: string, options: FilterOptions = {}) {
    this.#output = output;
    this.#filter = compileFilter(expression, options.args);
    this.#invert = options.invert ?? false;
    this.#exclusive = options.exclusive ?? false;
    this.#kinds = new LineKinds(options);
    const onLine = (line: LineView): void => {
      try {
        if (this.#passes(line)) this.#pass(line);
      } catch (error) {
        throw placed(error, { line: line.number });
      }
    };
    this.#lines = new LineReader(onLine, () => this.#flush());
  }

  /** How many entries and pieces were chosen and kept. */
  get kept(): number {
    return this.#kept;
  }

  /** Throws a CritError for what is no line, and where the expression throws. Lines before it have been passed on. */
  push(chunk: Uint8Array): void {
    try {
      this.#lines.push(chunk);
    } finally {
      this.#flush();
    }
  }

  /** Throws a CritError where an error line has passed. */
  end(): void {
    try {
      this.#lines.end();
    } finally {
      this.#flush();
    }
    if (this.#upstream) throw this.#upstream;
  }

  #passes(line: LineView): boolean {
    const kind = this.#kinds.of(line);
    if (kind.kind === 'error') {
      this.#upstream = new CritError('upstream', 'the tool before this one failed');
      return true;
    }
    if (!kind.isChosen) return !this.#exclusive;
    if (kind.kind === 'begin' || kind.kind === 'end') return true;
    const isExtra = kind.kind === 'piece' && !isRawMagic(kind.magic);
    const passes = isExtra ? (this.#verdicts.get(kind.image) ?? true) : this.#test(line, kind) !== this.#invert;
    if (kind.kind === 'entry') this.#verdicts.set(kind.image, passes);
    if (passes && !isExtra) this.#kept++;
    return passes;
  }

  #test(view: LineView, kind: LineKind): boolean {
    const filter = this.#filter;
    const isEntry = kind.kind === 'entry';
    const isParsed =
      filter.needs('at') || filter.needs(isEntry ? 'entry' : 'piece') || (isEntry && filter.needs('extra'));
    const line = isParsed ? lineValue(view, kind) : NOTHING;
    const { image, magic } = kind;
    try {
      return filter.test({
        image,
        magic,
        entry: line['entry'],
        extra: line['extra'],
        piece: line['piece'],
        at: line['at'],
        line,
      });
    } catch (error) {
      throw expressionError(error, kind.kind, image);
    }
  }

  #pass({ block, from, end }: LineView): void {
    if (block === this.#block && from === this.#end) this.#end = end;
    else {
      this.#flush();
      this.#block = block;
      this.#from = from;
      this.#end = end;
    }
  }

  #flush(): void {
    if (!this.#block) return;
    this.#output.append(this.#block.subarray(this.#from, this.#end));
    if (this.#block[this.#end - 1] !== 10) this.#output.appendText('\n');
    this.#block = undefined;
  }
}

/** An error in the caller's expression or code, at a line. */
export function expressionError(error: unknown, kind: string, image: string): CritError {
  const message = error instanceof Error ? error.message : String(error);
  const names = kind === 'entry' ? ['piece'] : kind === 'piece' ? ['entry', 'extra'] : ['entry', 'piece'];
  const hint =
    error instanceof TypeError && message.includes('undefined')
      ? `: this is the line of ${kind === 'entry' ? 'an entry' : kind === 'piece' ? 'a piece' : `the ${kind} of an image`}, without ${names.join(' and ')}; choose lines with -m, or write ?. where something may be absent`
      : '';
  return new CritError('expression', `${message}${hint}`, { image }, error);
}
