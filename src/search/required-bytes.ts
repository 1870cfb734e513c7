import type { Pattern } from './pattern.ts';

/** Bytes that every match of a pattern has one after another, and the most bytes that a match has before them. */
export interface RequiredBytes {
  /** Small letters, where a letter may be of either case. */
  readonly bytes: readonly number[];
  /** Whether each of them may be of either case. */
  readonly areEither: readonly boolean[];
  readonly before: number;
}

const CASE = 32;
/** Bytes beyond which a text is as rare as it needs to be. */
const ENOUGH = 8;

/**
 * The longest such bytes; of those that are long enough, ones that are not behind a part of any length. Letters of either case are
 * among them where they may be.
 */
export function requiredBytes(pattern: Pattern, mayBeEither = false): RequiredBytes {
  let best: RequiredBytes = { bytes: [], areEither: [], before: 0 };
  let bytes: number[] = [];
  let areEither: boolean[] = [];
  let before = 0;
  const close = (): void => {
    if (Math.min(bytes.length, ENOUGH) > Math.min(best.bytes.length, ENOUGH)) best = { bytes, areEither, before };
    before += bytes.length;
    bytes = [];
    areEither = [];
  };
  for (const part of flat(pattern)) {
    const byte = part.kind === 'byte' ? onlyByte(part.set, mayBeEither) : -1;
    if (byte >= 0) {
      bytes.push(byte);
      areEither.push(part.kind === 'byte' && part.set[byte ^ CASE] === 1);
    } else {
      close();
      before += longest(part);
    }
  }
  close();
  return best;
}

/** The parts of a sequence, with those of sequences and groups in it. */
export function* flat(pattern: Pattern): Generator<Pattern, void, undefined> {
  if (pattern.kind === 'group') yield* flat(pattern.what);
  else if (pattern.kind !== 'sequence') yield pattern;
  else for (const part of pattern.parts) yield* flat(part);
}

/** The only byte of a set, or the small letter of which it has both cases; -1 where it has others. */
function onlyByte(set: Uint8Array, mayBeEither: boolean): number {
  const first = set.indexOf(1);
  const second = set.indexOf(1, first + 1);
  if (second < 0) return first;
  const isPair = mayBeEither && first >= 65 && first <= 90 && second === first + CASE;
  return isPair && set.indexOf(1, second + 1) < 0 ? second : -1;
}

/** The most bytes that a pattern matches; Infinity where there is no end to it. */
export function longest(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'empty':
    case 'place':
      return 0;
    case 'byte':
      return 1;
    case 'sequence':
      return pattern.parts.reduce((sum, part) => sum + longest(part), 0);
    case 'group':
      return longest(pattern.what);
    case 'choice':
      return Math.max(...pattern.options.map(longest));
    case 'repeat': {
      const one = longest(pattern.what);
      return one === 0 ? 0 : one * pattern.most;
    }
  }
}
