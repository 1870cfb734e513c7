/** Where a pattern asks what stands before and behind, and takes no byte. */
import { isLineEnd, isWordByte, type Place } from './pattern.ts';

/** What stands at one side: nothing, the end of a line, a byte of a word, one that is in no text, or another byte. */
export const EDGE = 0;
const LINE_END = 1;
const WORD = 2;
const BINARY = 3;
export const OTHER = 4;

/** What a byte is to places; -1 is no byte. */
export function sideOf(byte: number): number {
  if (byte < 0) return EDGE;
  if (isLineEnd(byte)) return LINE_END;
  if (isWordByte(byte)) return WORD;
  return byte < 127 && (byte >= 32 || byte === 9) ? OTHER : BINARY;
}

/** Whether a place is between two sides. */
export function holds(place: Place, left: number, right: number): boolean {
  switch (place) {
    case 'text start':
      return left === EDGE;
    case 'text end':
      return right === EDGE;
    case 'line start':
      return left === EDGE || left === LINE_END;
    case 'line end':
      return right === EDGE || right === LINE_END;
    case 'run start':
      return left === EDGE || left === LINE_END || left === BINARY;
    case 'run end':
      return right === EDGE || right === LINE_END || right === BINARY;
    case 'word edge':
      return (left === WORD) !== (right === WORD);
    case 'no word edge':
      return (left === WORD) === (right === WORD);
  }
}
