/** Pieces that tell only where their bytes are, as code sees them: to ask for the bytes is an error, and never nothing. */
import { isObject } from '../../codec/json.ts';
import { CritError } from '../../error.ts';
import { TOLD_BY_PLACE } from '../../image/piece.ts';
import type { LineValue } from '../line-head.ts';

function refuse(): never {
  throw new CritError('line', TOLD_BY_PLACE);
}

/** The line itself, whose piece answers no question for its bytes where it has none. */
export function guarded(line: LineValue): LineValue {
  const { piece } = line;
  if (isObject(piece) && 'from' in piece)
    for (const key of ['data', 'fill'])
      if (!(key in piece)) Object.defineProperty(piece, key, { get: refuse, set: refuse, configurable: true });
  return line;
}
