/** Keeps the lines for which an expression is true. */
import { guarded } from './piece-guard.ts';
import { isExtraPiece, valueOf, type LineHead, type LineValue } from '../line-head.ts';
import type { LineView } from '../line-reader.ts';
import { compileFilter, expressionError, type Filter, type NamedValues } from './compile.ts';
import type { LineWork, PipeOptions } from './line-pipe.ts';

/** In the place of a line of which the expression names no part. */
const NOTHING: LineValue = {};

export interface FilterOptions extends PipeOptions {
  readonly args?: NamedValues;
  /** Keeps the lines for which the expression is not true. */
  readonly invert?: boolean;
}

export class LineFilter implements LineWork {
  readonly #filter: Filter;
  readonly #invert: boolean;
  readonly #needsEntry: boolean;
  readonly #needsPiece: boolean;
  #kept = 0;

  /** Throws a CritError for a bad expression. */
  constructor(expression: string, options: Pick<FilterOptions, 'args' | 'invert'> = {}) {
    const filter = compileFilter(expression, options.args);
    this.#filter = filter;
    this.#invert = options.invert ?? false;
    this.#needsEntry = filter.needs('at') || filter.needs('entry') || filter.needs('extra');
    this.#needsPiece = filter.needs('at') || filter.needs('piece');
  }

  /** How many entries and pieces were chosen and kept. */
  get kept(): number {
    return this.#kept;
  }

  onLine(view: LineView, head: LineHead): boolean {
    if (isExtraPiece(head)) return true;
    const isParsed = head.kind === 'entry' ? this.#needsEntry : this.#needsPiece;
    const passes = this.#test(head.image, head.magic, head.kind, isParsed ? guarded(valueOf(view, head)) : NOTHING);
    if (passes) this.#kept++;
    return passes;
  }

  /** An expression that names neither entries nor pieces is about images, those without any included. */
  onEmpty({ image = '-', magic }: LineValue): boolean {
    if (this.#needsEntry || this.#needsPiece) return true;
    return this.#test(String(image), String(magic), 'begin', NOTHING);
  }

  #test(image: string, magic: string, kind: string, line: LineValue): boolean {
    const { entry, extra, piece, at } = line;
    try {
      return this.#filter.test({ image, magic, entry, extra, piece, at, line }) !== this.#invert;
    } catch (error) {
      throw expressionError(error, kind, image);
    }
  }
}
