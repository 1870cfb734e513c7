/** Which texts are looked for first, so that a pattern is only tried where one of them stands. */
import type { Pattern } from '../pattern.ts';
import { compile } from '../program.ts';
import { flat } from '../required-bytes.ts';

/** Texts that are looked for, without capital letters, in any case. */
export interface Keywords {
  /** Every match has one of them; none where there are no such texts. */
  readonly keywords: readonly string[];
  /** Texts that a rule names, and that its matches do not have: one of them is to stand near. */
  readonly near: readonly string[];
}

const SHORTEST = 2;
const LONGEST = 24;
const MOST_TEXTS = 64;
/** Bytes that one part of a pattern can be, at most, for texts to be made of it. */
const MOST_BYTES = 3;
const MOST_VISITS = 100_000;

/** The texts that a rule names, where every match has one of them, or else those that its pattern is made of. */
export function keywordsOf(pattern: Pattern, named: readonly string[]): Keywords {
  const given = named.map((text) => text.toLowerCase());
  const own = ownTexts(pattern);
  const isGiven = given.length > 0 && everyMatchHas(pattern, given);
  if (isGiven && shortest(given) >= Math.min(shortest(own), SHORTEST)) return { keywords: given, near: [] };
  return { keywords: shortest(own) >= SHORTEST ? own : [], near: isGiven ? [] : given };
}

/** Whether every match begins with one of some texts without capital letters, in any case. */
export function beginsWith(pattern: Pattern, texts: readonly string[]): boolean {
  return beginningsOf(pattern).texts.every((text) => texts.some((each) => text.startsWith(each)));
}

/** The longest texts of which every match has one. */
function ownTexts(pattern: Pattern): readonly string[] {
  const parts = [...flat(pattern)];
  let best: readonly string[] = [''];
  for (let at = 0; at < parts.length; at++) {
    const { texts } = beginnings(parts.slice(at));
    if (shortest(texts) > shortest(best)) best = texts;
  }
  return best;
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(({ length }) => length));
}

/** What all that some parts match, one behind another, begins with; and whether that is all that they match. */
interface Beginnings {
  readonly texts: readonly string[];
  readonly areWhole: boolean;
}

const NOTHING: Beginnings = { texts: [''], areWhole: true };
const ANYTHING: Beginnings = { texts: [''], areWhole: false };

function beginnings(parts: readonly Pattern[]): Beginnings {
  let all = NOTHING;
  for (const part of parts) {
    if (!all.areWhole) break;
    const next = beginningsOf(part);
    const texts = all.texts.flatMap((text) => next.texts.map((each) => text + each));
    if (texts.length > MOST_TEXTS) return { ...all, areWhole: false };
    const isLong = texts.some(({ length }) => length >= LONGEST);
    all = { texts: [...new Set(texts)], areWhole: next.areWhole && !isLong };
  }
  return all;
}

function beginningsOf(pattern: Pattern): Beginnings {
  switch (pattern.kind) {
    case 'empty':
    case 'place':
      return NOTHING;
    case 'group':
      return beginningsOf(pattern.what);
    case 'sequence':
      return beginnings(pattern.parts);
    case 'choice': {
      const options = pattern.options.map(beginningsOf);
      const texts = [...new Set(options.flatMap((option) => option.texts))];
      return texts.length > MOST_TEXTS ? ANYTHING : { texts, areWhole: options.every((option) => option.areWhole) };
    }
    case 'repeat': {
      if (pattern.least === 0) return ANYTHING;
      const all = beginnings(Array.from({ length: Math.min(pattern.least, LONGEST) }, () => pattern.what));
      return { ...all, areWhole: all.areWhole && pattern.least === pattern.most };
    }
    case 'byte': {
      const texts = new Set<string>();
      for (let byte = 0; byte < 256 && texts.size <= MOST_BYTES; byte++)
        if (pattern.set[byte] === 1) texts.add(String.fromCharCode(byte).toLowerCase());
      // Beyond ASCII a character is not a byte.
      const areFew = texts.size <= MOST_BYTES && [...texts].every((text) => text < '\x80');
      return areFew ? { texts: [...texts], areWhole: true } : ANYTHING;
    }
  }
}

/** Whether no way through the pattern goes around all of some texts. Where that takes long to find out, it is not said. */
function everyMatchHas(pattern: Pattern, texts: readonly string[]): boolean {
  const { steps, start } = compile(pattern);
  const letters = [...new Set(texts.flatMap((text) => text.split('')))];
  const bytes = letters.map((letter) => [letter.charCodeAt(0), letter.toUpperCase().charCodeAt(0)] as const);
  const isLetter = new Uint8Array(256);
  for (const pair of bytes) for (const byte of pair) isLetter[byte] = 1;
  const isOther = (set: Uint8Array): boolean => {
    for (let byte = 0; byte < 256; byte++) if (set[byte] === 1 && isLetter[byte] === 0) return true;
    return false;
  };
  const seen = new Set<string>();
  /** Steps, each with what was read last, as far as a text can begin with it. */
  const stack: [step: number, read: string][] = [[start, '']];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [index, read] = top;
    const key = `${index} ${read}`;
    if (seen.has(key)) continue;
    if (seen.add(key).size > MOST_VISITS) return false;
    const step = steps[index];
    if (step?.kind === 'split') stack.push([step.next, read], [step.other, read]);
    else if (step?.kind === 'byte') {
      if (isOther(step.set)) stack.push([step.next, '']);
      for (const [at, letter] of letters.entries()) {
        const [small = 0, large = 0] = bytes[at] ?? [];
        if (step.set[small] !== 1 && step.set[large] !== 1) continue;
        const now = lastRead(read + letter, texts);
        if (now !== undefined) stack.push([step.next, now]);
      }
    } else if (step?.kind === 'place' || step?.kind === 'mark') stack.push([step.next, read]);
    else return false;
  }
  return true;
}

/** The longest end of what was read with which a text begins; undefined where a whole text was read. */
function lastRead(read: string, texts: readonly string[]): string | undefined {
  if (texts.some((text) => read.endsWith(text))) return undefined;
  for (let from = 0; from < read.length; from++) {
    const end = read.slice(from);
    if (texts.some((text) => text.startsWith(end))) return end;
  }
  return '';
}
