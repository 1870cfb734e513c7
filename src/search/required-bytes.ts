import type { Pattern } from './pattern.ts';

/** Bytes that every match of a pattern has one after another, and the most bytes that a match has before them. */
export interface RequiredBytes {
  readonly bytes: readonly number[];
  readonly before: number;
}

/** The longest such bytes that are not behind a part of any length. */
export function requiredBytes(pattern: Pattern): RequiredBytes {
  let best: RequiredBytes = { bytes: [], before: 0 };
  let bytes: number[] = [];
  let before = 0;
  const close = (): void => {
    if (bytes.length > best.bytes.length) best = { bytes, before };
    before += bytes.length;
    bytes = [];
  };
  for (const part of flat(pattern)) {
    const byte = part.kind === 'byte' ? onlyByte(part.set) : -1;
    if (byte >= 0) bytes.push(byte);
    else {
      close();
      before += longest(part);
      if (before === Infinity) return best;
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

function onlyByte(set: Uint8Array): number {
  const first = set.indexOf(1);
  return set.indexOf(1, first + 1) < 0 ? first : -1;
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
