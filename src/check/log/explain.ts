/** Error lines of a log as findings: those of the checkpoint where it has the same, or what the words of CRIU mean. */
import type { Finding } from '../finding.ts';
import { shellWord } from '../shell-word.ts';
import { CAUSES, type Cause } from './causes.ts';
import type { ErrorLine } from './error-lines.ts';

/** A cause, found in a line. */
interface Known {
  readonly cause: Cause;
  /** What stands for each `%`. */
  readonly parts: readonly string[];
}

/**
 * One finding for each line that tells of a cause, in their order; `found` are those of the checkpoint. Lines that only tell that
 * an error before them had consequences are told of where there is nothing else.
 */
export function explain(lines: readonly ErrorLine[], found: readonly Finding[]): Finding[] {
  const all = lines.map((line) => ({ line, known: causeOf(line.text) }));
  const first = all.filter(({ known }) => known?.cause.follows === undefined);
  const told = first.length > 0 ? first : all;
  const seen = new Set<Finding>();
  return told.flatMap(({ line, known }) => {
    const same = sameSubject(known, found) ?? sameWords(line.text, found);
    if (same) {
      if (seen.has(same)) return [];
      seen.add(same);
      return [{ ...same, severity: 'error', criu: line.text, line: line.line }];
    }
    return [findingOf(line, known)];
  });
}

function findingOf({ text, line }: ErrorLine, known: Known | undefined): Finding {
  const of = { severity: 'error', criu: text, line } as const;
  if (!known) return { ...of, kind: 'unexplained', message: 'not known to crit-check: see the words of CRIU' };
  const { cause, parts } = known;
  const { kind, means, mend } = cause;
  return {
    ...of,
    kind,
    message: filled(means, parts, String),
    ...(mend !== undefined && { mend: filled(mend, parts, shellWord) }),
  };
}

/** The finding of the same kind that is about a name in the line, which CRIU often has without its first slash. */
function sameSubject(known: Known | undefined, found: readonly Finding[]): Finding | undefined {
  if (!known) return undefined;
  const { kind } = known.cause;
  const names = new Set<unknown>(known.parts.flatMap((part) => [part, `/${part}`]));
  return found.find((finding) => finding.kind === kind && finding.there !== undefined && names.has(finding.there));
}

/** The finding whose words of CRIU stand in a line; of several, the one with the longest. */
function sameWords(text: string, found: readonly Finding[]): Finding | undefined {
  let best: Finding | undefined;
  for (const finding of found) {
    const { criu } = finding;
    if (criu === undefined || !hasWords(text, criu)) continue;
    if (criu.length > (best?.criu?.length ?? 0)) best = finding;
  }
  return best;
}

/** Whether a line has words, and not only the start of a longer name. */
function hasWords(text: string, words: string): boolean {
  const at = text.indexOf(words);
  return at >= 0 && !/^[\w/.-]/.test(text.slice(at + words.length));
}

function causeOf(text: string): Known | undefined {
  for (const cause of CAUSES) {
    const parts = partsOf(text, cause.criu);
    if (parts) return { cause, parts };
  }
  return undefined;
}

/** What stands for each `%` of the words, which may begin anywhere in a line; undefined where they are not there. Linear in both. */
export function partsOf(text: string, words: string): string[] | undefined {
  const [first = '', ...pieces] = words.split('%');
  const start = text.indexOf(first);
  if (start < 0) return undefined;
  const parts: string[] = [];
  let at = start + first.length;
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    // What follows the last colon is the system's reason; a name before it can have colons, too.
    const isReason = piece === ': ' && index === pieces.length - 2;
    const end = isLast && piece === '' ? text.length : isReason ? text.lastIndexOf(piece) : text.indexOf(piece, at);
    if (end < at) return undefined;
    parts.push(text.slice(at, end));
    at = end + piece.length;
  }
  return parts;
}

/** `/$1` is a path, which may have its first slash or not. */
function filled(text: string, parts: readonly string[], quoted: (part: string) => string): string {
  return text.replace(/(\/?)\$(\d)/g, (_all, slash: string, number: string) => {
    const part = parts[Number(number) - 1] ?? '';
    return quoted(part.startsWith('/') ? part : slash + part);
  });
}
