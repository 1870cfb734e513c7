/**
 * Expressions and code to functions.
 *
 * They are JavaScript of the caller, with all that it can do: they are no place to paste data into, which is what `args` is for.
 */
import { construct } from '../../codec/construct.ts';
import { CritError } from '../../error.ts';
import { TOLD_BY_PLACE } from '../../image/piece.ts';
import { HELPERS } from './scope.ts';

/** What a line holds, by the names under which expressions know it. */
export interface LineParts {
  image: string;
  magic: string;
  entry: unknown;
  extra: unknown;
  piece: unknown;
  at: unknown;
  line: unknown;
}

/** Values by the names under which expressions know them. */
export type NamedValues = Readonly<Record<string, unknown>>;

const PARTS = ['image', 'magic', 'entry', 'extra', 'piece', 'at', 'line'] as const;

/** An expression; `needs` tells which parts of a line it names, so that others need not be parsed. */
export interface Filter {
  test(parts: LineParts): boolean;
  needs(part: keyof LineParts): boolean;
}

export interface Mapped {
  readonly image: unknown;
  readonly entry: unknown;
  readonly extra: unknown;
  readonly piece: unknown;
  readonly at: unknown;
  readonly isDropped: boolean;
}

export interface Mapper {
  map(parts: LineParts): Mapped;
  /** Whether the code does nothing at all. */
  readonly isEmpty: boolean;
  needs(part: keyof LineParts): boolean;
}

/** Throws a CritError where it is no expression. */
export function compileFilter(code: string, args: NamedValues = {}): Filter {
  const call = compile(`return (${code}\n);`, 'expression', args, code);
  return {
    test: (parts) => Boolean(call(...PARTS.map((name) => parts[name]))),
    needs: mention(code),
  };
}

/** Throws a CritError where it is no code. */
export function compileMap(code: string, args: NamedValues = {}): Mapper {
  const body = `let dropped = false; const drop = () => { dropped = true; };
    (() => { ${code}\n })();
    return { image, entry, extra, piece, at, isDropped: dropped };`;
  const call = compile(body, 'code', args, code);
  return {
    map(parts) {
      const mapped = call(...PARTS.map((name) => parts[name]));
      if (!isMapped(mapped)) throw new TypeError('code without a result');
      return mapped;
    },
    isEmpty: code.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').replace(/[\s;]+/g, '') === '',
    needs: mention(code),
  };
}

function compile(body: string, what: string, args: NamedValues, code: string): (...values: unknown[]) => unknown {
  const names = Object.keys(args);
  for (const name of names) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || Object.hasOwn(HELPERS, name) || PARTS.some((part) => part === name)) {
      throw new CritError('usage', `${name} cannot be the name of an argument`);
    }
  }
  try {
    // Alone first: code that closes the braces around it would pass otherwise.
    construct({}, what === 'expression' ? `() => (${code}\n)` : `() => { ${code}\n }`);
    const call = construct({ ...HELPERS, ...args }, `(${PARTS.join(', ')}) => { ${body} }`);
    if (!isFunction(call)) throw new TypeError('not a function');
    return call;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A bracket that the code does not have is the one that stands behind it.
    const token = /^Unexpected token '([)}])'$/.exec(error.message)?.[1];
    const message = token !== undefined && !code.includes(token) ? 'it ends too early' : error.message;
    throw new CritError('expression', `the ${what} is not JavaScript: ${message}`, {}, error);
  }
}

function isFunction(value: unknown): value is (...values: unknown[]) => unknown {
  return typeof value === 'function';
}

function isMapped(value: unknown): value is Mapped {
  return typeof value === 'object' && value !== null && 'isDropped' in value;
}

function mention(code: string): (part: keyof LineParts) => boolean {
  const found = new Set(code.match(/[\w$]+/g));
  const all = found.has('eval') || found.has('arguments') || found.has('line');
  return (part) => all || found.has(part);
}

/** An error in the caller's expression or code, at a line. */
export function expressionError(error: unknown, kind: string, image: string): CritError {
  if (error instanceof CritError && error.reason === TOLD_BY_PLACE) return error.at({ image });
  const message = error instanceof Error ? error.message : String(error);
  const names = kind === 'entry' ? ['piece'] : kind === 'piece' ? ['entry', 'extra'] : ['entry', 'piece'];
  const hint =
    error instanceof TypeError && message.includes('undefined')
      ? `: this is the line of ${kind === 'entry' ? 'an entry' : kind === 'piece' ? 'a piece' : `the ${kind} of an image`}, without ${names.join(' and ')}; choose lines with -m, or write ?. where something may be absent`
      : '';
  return new CritError('expression', `${message}${hint}`, { image }, error);
}
