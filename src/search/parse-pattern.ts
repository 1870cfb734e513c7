/**
 * JavaScript's regular expressions, with the flag m, for bytes.
 *
 * A byte is a character of the same code; a character beyond ASCII stands for its bytes in UTF-8. What no automaton can find
 * in time that grows with the bytes alone is refused: back references and look-around. `(?i)`, `(?-i)` and `(?i:..)` switch the
 * case as in RE2, and `(?P<name>..)` is a group, so that rules written for Go run as they are.
 */
import { CritError } from '../error.ts';
import {
  bothCases,
  byteSet,
  isLineEnd,
  isWordByte,
  literal,
  oneByte,
  type ByteSet,
  type Pattern,
  type Place,
} from './pattern.ts';

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isSpace = (byte: number): boolean => (byte >= 9 && byte <= 13) || byte === 32 || byte === 0xa0;

const CLASSES: Readonly<Record<string, ByteSet>> = {
  d: byteSet(isDigit),
  D: byteSet((byte) => !isDigit(byte)),
  w: byteSet(isWordByte),
  W: byteSet((byte) => !isWordByte(byte)),
  s: byteSet(isSpace),
  S: byteSet((byte) => !isSpace(byte)),
};
const ANY = byteSet((byte) => !isLineEnd(byte));
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const PLACES: Readonly<Record<string, Place>> = { '^': 'line start', $: 'line end', b: 'word edge', B: 'no word edge' };

/** Throws a CritError with code "usage" where the text is no pattern, or one that is refused. */
export function parsePattern(source: string, ignoreCase: boolean): Pattern {
  try {
    // What is not said here about the syntax, the engine knows.
    void new RegExp(withoutFlags(source), 'm');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CritError('usage', error.message, {}, error);
  }
  const parser = new Parser(source, ignoreCase);
  return parser.choice();
}

/** Groups that change flags. `(?i)` alone holds to the end of the group that it is in. */
const FLAG_GROUP = /^\?(-?)i([:)])/;
/** A group, or what only looks like one: an escape, or a class. */
const GROUP_OR_OTHER = /\\[^]|\[\^?(?:\\[^]|[^\]\\])*\]|\(\?(?:-?i[:)]|P<)/g;

/** The same pattern, as far as its syntax goes, without flags in it, which engines before Node 23 do not know. */
export function withoutFlags(source: string): string {
  return source.replace(GROUP_OR_OTHER, (part) =>
    !part.startsWith('(?') ? part : part.endsWith('<') ? '(?<' : part.endsWith(')') ? '(?:)' : '(?:',
  );
}

class Parser {
  readonly #source: string;
  #ignoreCase: boolean;
  #at = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  choice(): Pattern {
    const options = [this.#sequence()];
    while (this.#takes('|')) options.push(this.#sequence());
    return options.length === 1 ? (options[0] ?? { kind: 'empty' }) : { kind: 'choice', options };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(what: Pattern): Pattern {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#source.slice(this.#at, this.#at + 40));
    if (!found) return what;
    const [text, least, comma, most] = found;
    this.#at += text.length;
    const isGreedy = !this.#takes('?');
    if (text === '*') return { kind: 'repeat', what, least: 0, most: Infinity, isGreedy };
    if (text === '+') return { kind: 'repeat', what, least: 1, most: Infinity, isGreedy };
    if (text === '?') return { kind: 'repeat', what, least: 0, most: 1, isGreedy };
    const from = Number(least);
    return {
      kind: 'repeat',
      what,
      least: from,
      most: comma === '' ? from : most === '' ? Infinity : Number(most),
      isGreedy,
    };
  }

  #atom(): Pattern {
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += letter.length;
    if (letter === '(') return this.#group();
    if (letter === '[') return this.#class();
    if (letter === '.') return { kind: 'byte', set: ANY };
    if (letter === '\\') return this.#escape();
    const place = letter === '^' || letter === '$' ? PLACES[letter] : undefined;
    return place ? { kind: 'place', place } : this.#character(letter);
  }

  #character(letter: string): Pattern {
    const code = letter.codePointAt(0) ?? 0;
    return code < 128 ? oneByte(code, this.#ignoreCase) : literal(Buffer.from(letter), this.#ignoreCase);
  }

  #group(): Pattern {
    const outer = this.#ignoreCase;
    const flags = FLAG_GROUP.exec(this.#source.slice(this.#at, this.#at + 8));
    if (flags) {
      this.#at += flags[0].length;
      this.#ignoreCase = flags[1] === '';
      if (flags[2] === ')') return { kind: 'empty' };
      const inner = this.choice();
      this.#at++;
      this.#ignoreCase = outer;
      return inner;
    }
    const kind = /^\?(?:[:=!]|<[=!]|P?<[^>]*>|.)/.exec(this.#source.slice(this.#at))?.[0] ?? '';
    if (/^\?<?[=!]$/.test(kind)) refuse('looks around, which bytes are not searched for');
    const isNamed = kind.startsWith('?<') || this.#source.startsWith('?P<', this.#at);
    if (kind !== '' && kind !== '?:' && !isNamed) refuse('changes its flags, which is not taken but for i');
    this.#at = isNamed ? this.#source.indexOf('>', this.#at) + 1 : this.#at + kind.length;
    const inner = this.choice();
    this.#at++;
    this.#ignoreCase = outer;
    return inner;
  }

  #escape(): Pattern {
    const letter = this.#source[this.#at] ?? '';
    const place = letter === 'b' || letter === 'B' ? PLACES[letter] : undefined;
    if (place) {
      this.#at++;
      return { kind: 'place', place };
    }
    if (/[1-9k]/.test(letter)) refuse('refers back to a group, which bytes are not searched for');
    const found = this.#escaped();
    return typeof found === 'number' ? this.#code(found) : { kind: 'byte', set: found };
  }

  #code(code: number): Pattern {
    return code < 256 ? oneByte(code, this.#ignoreCase) : literal(Buffer.from(String.fromCodePoint(code)), false);
  }

  /** What follows a backslash: the code of a character, or a set. */
  #escaped(): number | ByteSet {
    const rest = this.#source.slice(this.#at, this.#at + 5);
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
    if (hex) {
      this.#at += hex[0].length;
      return parseInt(hex[1] ?? hex[2] ?? '', 16);
    }
    const control = /^c([A-Za-z])/.exec(rest)?.[1];
    if (control !== undefined) {
      this.#at += 2;
      return control.charCodeAt(0) & 31;
    }
    const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
    if (octal !== undefined) {
      if (octal !== '0') refuse('has an octal escape: write \\x and two hexadecimal digits');
      this.#at++;
      return 0;
    }
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    // A backslash before a lone c stands for itself.
    if (letter === 'c') return 92;
    this.#at += letter.length;
    return CLASSES[letter] ?? CONTROLS[letter] ?? letter.codePointAt(0) ?? 0;
  }

  #class(): Pattern {
    const isNegated = this.#takes('^');
    const set = new Uint8Array(256);
    while (!this.#takes(']')) {
      const low = this.#member();
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (!isRange) {
        if (typeof low === 'number') set[low] = 1;
        else for (let byte = 0; byte < 256; byte++) set[byte] = (set[byte] ?? 0) | (low[byte] ?? 0);
        continue;
      }
      this.#at++;
      const high = this.#member();
      if (typeof low !== 'number' || typeof high !== 'number') refuse('has a range between what are no characters');
      for (let byte = low; byte <= high; byte++) set[byte] = 1;
    }
    const cased = this.#ignoreCase ? bothCases(set) : set;
    return { kind: 'byte', set: isNegated ? byteSet((byte) => cased[byte] === 0) : cased };
  }

  #member(): number | ByteSet {
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += letter.length;
    let code: number | ByteSet = letter.codePointAt(0) ?? 0;
    if (letter === '\\') {
      if (this.#takes('b')) return 8;
      code = this.#escaped();
      if (typeof code !== 'number' || code < 256) return code;
    }
    if (code > 127)
      refuse(`has ${letter} in a class, which is more than one byte: write \\x and two digits for each byte`);
    return code;
  }

  #takes(letter: string): boolean {
    if (this.#source[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }
}

function refuse(reason: string): never {
  throw new CritError('usage', `the pattern ${reason}`);
}
