/**
 * What the groups of a pattern take in a match that is known: Pike's machine, which follows all ways at once, the preferred
 * first, so that no pattern and no bytes take it long.
 */
import type { Match } from './finder.ts';
import type { Pattern } from './pattern.ts';
import { holds, sideOf } from './places.ts';
import { compile, type Program } from './program.ts';

/** A way through the program: the next step, and the marks on it. */
interface Way {
  readonly step: number;
  readonly marks: readonly number[];
}

export class Groups {
  readonly #program: Program;
  readonly #seen: Uint32Array;
  #round = 0;

  constructor(pattern: Pattern) {
    this.#program = compile(pattern, { hasMarks: true });
    this.#seen = new Uint32Array(this.#program.steps.length);
  }

  /** What each group takes, from number 1 on, in the preferred match that begins and ends where `match` does. */
  in(bytes: Uint8Array, { start, end }: Match): (Match | undefined)[] {
    let ways = this.#follow([{ step: this.#program.start, marks: [] }], bytes, start);
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      const next: Way[] = [];
      for (const { step: index, marks } of ways) {
        const step = this.#program.steps[index];
        if (step?.kind === 'byte' && step.set[byte] === 1) next.push({ step: step.next, marks });
      }
      ways = this.#follow(next, bytes, at + 1);
    }
    const marks = ways.find(({ step }) => this.#program.steps[step]?.kind === 'match')?.marks ?? [];
    const groups: (Match | undefined)[] = [];
    for (let slot = 2; slot < marks.length; slot += 2) {
      const [first, last] = [marks[slot], marks[slot + 1]];
      groups.push(first === undefined || last === undefined ? undefined : { start: first, end: last });
    }
    return groups;
  }

  /** Goes on to the steps that take a byte, or are the match. */
  #follow(ways: readonly Way[], bytes: Uint8Array, at: number): Way[] {
    const left = sideOf(at > 0 ? (bytes[at - 1] ?? -1) : -1);
    const right = sideOf(bytes[at] ?? -1);
    const reached: Way[] = [];
    this.#round++;
    for (const first of ways) {
      const stack = [first];
      for (let way = stack.pop(); way; way = stack.pop()) {
        const { step: index, marks } = way;
        if (this.#seen[index] === this.#round) continue;
        this.#seen[index] = this.#round;
        const step = this.#program.steps[index];
        if (step?.kind === 'split') stack.push({ step: step.other, marks }, { step: step.next, marks });
        else if (step?.kind === 'place') {
          if (holds(step.place, left, right)) stack.push({ step: step.next, marks });
        } else if (step?.kind === 'mark') {
          const marked = [...marks];
          marked[step.slot] = at;
          stack.push({ step: step.next, marks: marked });
        } else reached.push(way);
      }
    }
    return reached;
  }
}
