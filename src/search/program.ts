/** A pattern as a list of small steps, for an automaton to follow: Thompson's construction. */
import { CritError } from '../error.ts';
import type { ByteSet, Pattern, Place } from './pattern.ts';

/** A step; the numbers are places in the list. */
export type Step =
  | { readonly kind: 'byte'; readonly set: ByteSet; readonly next: number }
  /** Goes both ways, `next` first. */
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'place'; readonly place: Place; readonly next: number }
  /** A group begins or ends here; only where groups are asked for. */
  | { readonly kind: 'mark'; readonly slot: number; readonly next: number }
  | { readonly kind: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
}

/** Steps in a program, at most: `x{1000}` has a thousand. */
const MOST_STEPS = 20_000;

export interface ProgramOptions {
  /** Whether what it matches is read backwards. */
  readonly isBackward?: boolean;
  /** Whether groups leave marks: two times the number of the group at its first byte, and one more behind its last. */
  readonly hasMarks?: boolean;
}

/** The program of a pattern. Throws a CritError with code "usage" where it is too long. */
export function compile(pattern: Pattern, { isBackward = false, hasMarks = false }: ProgramOptions = {}): Program {
  const steps: Step[] = [{ kind: 'match' }];
  const add = (step: Step): number => {
    if (steps.length >= MOST_STEPS)
      throw new CritError('usage', `the pattern is too long: more than ${MOST_STEPS} steps`);
    return steps.push(step) - 1;
  };
  /** Adds the steps that match a pattern and go on at `next`; gives the first of them. */
  const write = (part: Pattern, next: number): number => {
    switch (part.kind) {
      case 'empty':
        return next;
      case 'byte':
        return add({ kind: 'byte', set: part.set, next });
      case 'place':
        return add({ kind: 'place', place: part.place, next });
      case 'group': {
        if (!hasMarks) return write(part.what, next);
        const end = add({ kind: 'mark', slot: part.number * 2 + 1, next });
        return add({ kind: 'mark', slot: part.number * 2, next: write(part.what, end) });
      }
      case 'sequence': {
        const parts = isBackward ? part.parts : part.parts.toReversed();
        return parts.reduce((then, each) => write(each, then), next);
      }
      case 'choice':
        return part.options
          .map((option) => write(option, next))
          .reduceRight((other, first) => add({ kind: 'split', next: first, other }));
      case 'repeat': {
        const { what, least, most, isGreedy } = part;
        const split = (first: number): number =>
          add({ kind: 'split', next: isGreedy ? first : next, other: isGreedy ? next : first });
        let then = next;
        if (most === Infinity) {
          const loop: Step = { kind: 'split', next, other: next };
          then = add(loop);
          const body = write(what, then);
          if (isGreedy) loop.next = body;
          else loop.other = body;
        } else for (let i = least; i < most; i++) then = split(write(what, then));
        for (let i = 0; i < least; i++) {
          const first = write(what, then);
          // What takes no step takes none any number of times.
          if (first === then) break;
          then = first;
        }
        return then;
      }
    }
  };
  const start = write(pattern, 0);
  return { steps, start };
}

/** The bytes with which a match can begin; undefined where it can be empty, or asks for what is before it. */
export function firstBytes({ steps, start }: Program): ByteSet | undefined {
  const bytes = new Uint8Array(256);
  const seen = new Set<number>();
  const stack = [start];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    if (step?.kind === 'split') stack.push(step.next, step.other);
    else if (step?.kind === 'byte')
      for (let byte = 0; byte < 256; byte++) bytes[byte] = (bytes[byte] ?? 0) | (step.set[byte] ?? 0);
    else return undefined;
  }
  // The automaton tells places apart by the byte before, so that it has no one state in which nothing has begun.
  return steps.some((step) => step.kind === 'place') ? undefined : bytes;
}
