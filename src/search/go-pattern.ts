/**
 * Regular expressions as Go has them (RE2), for bytes: what rules for secrets are written in.
 *
 * Differences from Go, since what is searched is memory: a byte is a character of the same code, a character beyond ASCII stands
 * for its bytes in UTF-8, and `^`, `$`, `\A` and `\z` are also where text begins and ends between other bytes. Letters are those of
 * ASCII where the case does not matter.
 */
import { CritError } from '../error.ts';
import { PERL, POSIX } from './byte-classes.ts';
import { bothCases, byteSet, literal, oneByte, type ByteSet, type Pattern, type Place } from './pattern.ts';

/** What `^` and `$` look for. */
export type Ends = 'of all' | 'of runs';

const MOST_DEPTH = 100;
const CONTROLS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };
const ANY = byteSet(() => true);
const ANY_BUT_NEWLINE = byteSet((byte) => byte !== 10);

/** `(?i)`, `(?m)`, `(?s)`, `(?U)`. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

/** Throws a CritError with code "usage" where the text is no pattern, or one that is refused. */
export function parseGoPattern(source: string, ends: Ends): Pattern {
  return new GoParser(source.replace(QUOTED, escaped), ends).whole();
}

/** Text between `\Q` and `\E`, or another escape. */
const QUOTED = /\\Q([^]*?)(?:\\E|$)|\\[^]/g;

function escaped(all: string, text: string | undefined): string {
  return text === undefined ? all : text.replace(/[^\w\s]/g, '\\$&');
}

class GoParser {
  readonly #source: string;
  readonly #ends: Ends;
  #flags: Flags = { i: false, m: false, s: false, U: false };
  #at = 0;
  #groups = 0;
  #depth = 0;

  constructor(source: string, ends: Ends) {
    this.#source = source;
    this.#ends = ends;
  }

  whole(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#source.length) this.#refuse('has a ) without its (');
    return pattern;
  }

  #choice(): Pattern {
    const options = [this.#sequence()];
    while (this.#takes('|')) options.push(this.#sequence());
    return options.length === 1 ? (options[0] ?? { kind: 'empty' }) : { kind: 'choice', options };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? ''))
      parts.push(this.#repeated(this.#atom()));
    return { kind: 'sequence', parts };
  }

  #repeated(what: Pattern): Pattern {
    const found = this.#match(/[*+?]|\{(\d+)(,?)(\d*)\}/y);
    if (!found) return what;
    const [text, least, comma, most] = found;
    const isGreedy = this.#takes('?') === this.#flags.U;
    if (this.#match(/[*+?]|\{\d+,?\d*\}/y)) this.#refuse('has a repetition of a repetition');
    const repeat = (from: number, to: number): Pattern => ({ kind: 'repeat', what, least: from, most: to, isGreedy });
    if (text === '*') return repeat(0, Infinity);
    if (text === '+') return repeat(1, Infinity);
    if (text === '?') return repeat(0, 1);
    const from = Number(least);
    const to = comma === '' ? from : most === '' ? Infinity : Number(most);
    if (to < from) this.#refuse(`has a repetition from ${from} to ${to}`);
    return repeat(from, to);
  }

  #atom(): Pattern {
    const letter = this.#letter();
    if (letter === '(') return this.#group();
    if (letter === '[') return { kind: 'byte', set: this.#class() };
    if (letter === '.') return { kind: 'byte', set: this.#flags.s ? ANY : ANY_BUT_NEWLINE };
    if (letter === '^') return this.#end('start', this.#flags.m);
    if (letter === '$') return this.#end('end', this.#flags.m);
    if (letter === '\\') return this.#escape();
    if ('*+?'.includes(letter)) this.#refuse(`has ${letter}, which repeats nothing`);
    return literal(Buffer.from(letter), this.#flags.i);
  }

  #end(side: 'start' | 'end', isLine: boolean): Pattern {
    const of = this.#ends === 'of runs' ? 'run' : isLine ? 'line' : 'text';
    return { kind: 'place', place: `${of} ${side}` satisfies Place };
  }

  #group(): Pattern {
    if (++this.#depth > MOST_DEPTH) this.#refuse(`has more than ${MOST_DEPTH} groups in one another`);
    const outer = this.#flags;
    let number = 0;
    if (this.#source[this.#at] === '?') {
      const isNamed = this.#match(/\?P?<\w+>/y) !== undefined;
      if (isNamed) number = ++this.#groups;
      else if (this.#match(/\?<?[=!]/y)) this.#refuse('looks around, which no automaton can');
      else {
        const flags = this.#match(/\?([imsU]*)(?:-([imsU]+))?([:)])/y);
        if (!flags) this.#refuse('has a group of an unknown kind');
        this.#flags = changed(outer, flags[1] ?? '', flags[2] ?? '');
        if (flags[3] === ')') {
          this.#depth--;
          return { kind: 'empty' };
        }
      }
    } else number = ++this.#groups;
    const what = this.#choice();
    if (!this.#takes(')')) this.#refuse('has a ( without its )');
    this.#depth--;
    this.#flags = outer;
    return number === 0 ? what : { kind: 'group', number, what };
  }

  #escape(): Pattern {
    if (this.#takes('A')) return this.#end('start', false);
    if (this.#takes('z')) return this.#end('end', false);
    if (this.#takes('b')) return { kind: 'place', place: 'word edge' };
    if (this.#takes('B')) return { kind: 'place', place: 'no word edge' };
    if (this.#takes('C')) return { kind: 'byte', set: ANY };
    const found = this.#escaped();
    if (typeof found !== 'number') return { kind: 'byte', set: found };
    return found < 256 ? oneByte(found, this.#flags.i) : literal(Buffer.from(String.fromCodePoint(found)), false);
  }

  /** What follows a backslash: the code of a character, or a set. */
  #escaped(): number | ByteSet {
    const hex = this.#match(/x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/y);
    if (hex) {
      const code = parseInt(hex[1] ?? hex[2] ?? '', 16);
      return code > 0x10ffff ? this.#refuse('has a character that there is not') : code;
    }
    const octal = this.#match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
    if (octal) return parseInt(octal[0], 8);
    const letter = this.#letter();
    const isNegated = letter === letter.toUpperCase();
    const perl = PERL[letter.toLowerCase()];
    if (perl) return byteSet((byte) => perl(byte) !== isNegated);
    if (letter === 'p' || letter === 'P') this.#refuse('has a class of Unicode, of which bytes have none');
    if (/[1-9]/.test(letter)) this.#refuse('refers back to a group, which no automaton can');
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(letter) || letter === '') this.#refuse(`has an escape that there is not: \\${letter}`);
    return letter.codePointAt(0) ?? 0;
  }

  #class(): ByteSet {
    const isNegated = this.#takes('^');
    const set = new Uint8Array(256);
    const add = (has: (byte: number) => boolean): void => {
      for (let byte = 0; byte < 256; byte++) if (has(byte)) set[byte] = 1;
    };
    for (let isFirst = true; isFirst || !this.#takes(']'); isFirst = false) {
      const posix = this.#match(/\[:(\^?)(\w+):\]/y);
      if (posix) {
        const has = POSIX[posix[2] ?? ''] ?? this.#refuse(`has a class that there is not: ${posix[0]}`);
        add((byte) => has(byte) === (posix[1] === ''));
        continue;
      }
      const low = this.#member();
      if (typeof low !== 'number') {
        add((byte) => low[byte] === 1);
        continue;
      }
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']' && this.#takes('-');
      const high = isRange ? this.#member() : low;
      if (typeof high !== 'number' || high < low) this.#refuse('has a range that does not go upwards');
      add((byte) => byte >= low && byte <= high);
    }
    const cased = this.#flags.i ? bothCases(set) : set;
    return isNegated ? byteSet((byte) => cased[byte] === 0) : cased;
  }

  #member(): number | ByteSet {
    const letter = this.#letter();
    if (letter === '') this.#refuse('has a [ without its ]');
    const found = letter === '\\' ? this.#escaped() : (letter.codePointAt(0) ?? 0);
    if (typeof found === 'number' && (found > 255 || (letter !== '\\' && found > 127)))
      this.#refuse(`has ${String.fromCodePoint(found)} in a class, which is more than one byte`);
    return found;
  }

  #letter(): string {
    const code = this.#source.codePointAt(this.#at);
    const letter = code === undefined ? '' : String.fromCodePoint(code);
    this.#at += letter.length;
    return letter;
  }

  #takes(letter: string): boolean {
    if (this.#source[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  /** What a sticky expression matches here, which is then behind. */
  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source) ?? undefined;
    if (found) this.#at += found[0].length;
    return found;
  }

  #refuse(what: string): never {
    throw new CritError('usage', `the pattern ${what}, at character ${this.#at}`);
  }
}

function changed(flags: Flags, on: string, off: string): Flags {
  const one = (name: keyof Flags): boolean => (flags[name] || on.includes(name)) && !off.includes(name);
  return { i: one('i'), m: one('m'), s: one('s'), U: one('U') };
}
