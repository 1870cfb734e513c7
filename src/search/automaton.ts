/**
 * Follows a program over bytes: a deterministic automaton whose states are made when they are first needed, so that each byte
 * costs one look into a table, whatever the pattern and the bytes.
 *
 * A state is a list of steps, the preferred first, as a backtracking engine would try them; a match cuts off all behind it.
 * `^`, `$` and `\b` need the byte before and the byte behind: a state knows what kind of byte came before, and whether there is
 * a match is decided when the next byte is known. The end of the text counts as one more byte value.
 */
import { holds, OTHER, sideOf } from './places.ts';
import type { Program } from './program.ts';

/** Bytes of the table of transitions; when it is full, states are forgotten and made again. */
const TABLE_BYTES = 4 * 1024 * 1024;
const UNKNOWN = -1;
/** Stands for a byte behind the last one. */
export const END_OF_TEXT = 256;
/** A row of the table: each byte value, and the end of the text. */
const WIDTH = END_OF_TEXT + 1;

export interface AutomatonOptions {
  /** Whether a match may begin at any later place. */
  readonly isSearch?: boolean;
  /** Whether to look for the longest match, not the preferred one. */
  readonly isLongest?: boolean;
  readonly isBackward?: boolean;
}

interface State {
  readonly steps: Int32Array;
  readonly before: number;
  /** Whether no match may begin any more. */
  readonly isClosed: boolean;
}

export class Automaton {
  /** The next state for a state and a byte: a state's place in this table, or a code for what is special. */
  table: Int32Array;
  readonly #program: Program;
  readonly #options: AutomatonOptions;
  readonly #hasPlaces: boolean;
  /** For each byte, all bytes that no step tells apart from it. */
  readonly #alike: readonly (readonly number[])[];
  readonly #states: State[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #seen: Uint32Array;
  #round = 0;

  constructor(program: Program, options: AutomatonOptions) {
    this.#program = program;
    this.#options = options;
    this.#hasPlaces = program.steps.some((step) => step.kind === 'place');
    this.#seen = new Uint32Array(program.steps.length);
    this.#alike = this.#findAlike();
    this.table = new Int32Array(4 * WIDTH).fill(UNKNOWN);
  }

  /** The state at the beginning; `before` is the byte before it, -1 where there is none. */
  start(before: number): number {
    return this.#place({ steps: Int32Array.of(this.#program.start), before: this.#kindOf(before), isClosed: false });
  }

  /**
   * Makes the transition from a state by a byte that is not in the table yet.
   * All states before may be forgotten then: only the one that this leads to is sure to be there.
   */
  advance(state: number, byte: number): number {
    const from = this.#states[state / WIDTH];
    if (!from) throw new RangeError('no such state');
    const isEnd = byte === END_OF_TEXT;
    const after = this.#kindOf(isEnd ? -1 : byte);
    const { expanded, isMatch } = this.#expand(from, after);
    const { steps: program, start } = this.#program;
    const isClosed = from.isClosed || (isMatch && this.#options.isLongest !== true);
    const next: number[] = [];
    this.#round++;
    const add = (step: number): void => {
      if (this.#seen[step] === this.#round) return;
      this.#seen[step] = this.#round;
      next.push(step);
    };
    if (!isEnd) {
      for (const index of expanded) {
        const step = program[index];
        if (step?.kind === 'byte' && step.set[byte] === 1) add(step.next);
      }
      if (this.#options.isSearch === true && !isClosed) add(start);
    }
    if (next.length === 0) return this.#remember(state, byte, special(0, isMatch, true));
    const count = this.#states.length;
    const place = this.#place({ steps: Int32Array.from(next), before: after, isClosed });
    const code = isMatch ? special(place, true, false) : place;
    return this.#states.length < count ? code : this.#remember(state, byte, code);
  }

  #remember(state: number, byte: number, code: number): number {
    for (const each of this.#alike[byte] ?? [byte]) this.table[state + each] = code;
    return code;
  }

  /** Follows all steps that take no byte; gives those that take one, in order, up to a match. */
  #expand(state: State, after: number): { expanded: number[]; isMatch: boolean } {
    const { steps } = this.#program;
    const expanded: number[] = [];
    let isMatch = false;
    this.#round++;
    const stack: number[] = [];
    for (const first of state.steps) {
      stack.push(first);
      for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
        if (this.#seen[index] === this.#round) continue;
        this.#seen[index] = this.#round;
        const step = steps[index];
        if (step?.kind === 'byte') expanded.push(index);
        else if (step?.kind === 'split') stack.push(step.other, step.next);
        else if (step?.kind === 'place') {
          const [left, right] = this.#options.isBackward === true ? [after, state.before] : [state.before, after];
          if (holds(step.place, left, right)) stack.push(step.next);
        } else {
          isMatch = true;
          if (this.#options.isLongest !== true) return { expanded, isMatch };
        }
      }
    }
    return { expanded, isMatch };
  }

  #kindOf(byte: number): number {
    return this.#hasPlaces ? sideOf(byte) : OTHER;
  }

  /** The place of a state in the table, which is made where it is new. */
  #place(state: State): number {
    const key = `${state.before}${state.isClosed ? 'c' : ''}:${state.steps.join()}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if ((this.#states.length + 1) * WIDTH * 4 > TABLE_BYTES) {
      this.#states.length = 0;
      this.#numbers.clear();
      this.table.fill(UNKNOWN);
    }
    const place = this.#states.push(state) * WIDTH - WIDTH;
    this.#numbers.set(key, place);
    if (place + WIDTH > this.table.length) {
      const larger = new Int32Array(this.table.length * 2).fill(UNKNOWN, this.table.length);
      larger.set(this.table);
      this.table = larger;
    }
    return place;
  }

  #findAlike(): number[][] {
    const sets = [...new Set(this.#program.steps.flatMap((step) => (step.kind === 'byte' ? [step.set] : [])))];
    const groups = new Map<string, number[]>();
    return Array.from({ length: 256 }, (_, byte) => {
      const key = `${this.#kindOf(byte)}${sets.map((set) => set[byte]).join('')}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push(byte);
      return group;
    });
  }
}

/** A code below -1: a match before the byte, no way on, or both, and the next state. */
function special(place: number, isMatch: boolean, isDead: boolean): number {
  return -2 - (place * 4 + (isDead ? 2 : 0) + (isMatch ? 1 : 0));
}

/** What a code below -1 says: its lowest bit is a match before the byte, the next one the end; the rest is the state. */
export function readSpecial(code: number): number {
  return -2 - code;
}
