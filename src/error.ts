/** What went wrong, as a stable word that programs can compare. */
export type ErrorCode =
  | 'usage' // wrong arguments
  | 'io' // the operating system refused
  | 'truncated' // the input ends inside a unit
  | 'format' // the bytes are not what the format allows
  | 'limit' // larger or deeper than the tools take
  | 'line' // not a line of the line format
  | 'value' // a JSON value that does not fit its field
  | 'sequence' // lines, brackets or pieces that do not follow each other
  | 'name' // an image name that would leave the output directory, or is in the way
  | 'expression' // the user's expression or code failed
  | 'upstream'; // the process before this one reported an error

/** Where something went wrong; each part is left out where it is not known. */
export interface ErrorPlace {
  /** Name of the image, as in the lines. */
  image?: string | undefined;
  /** Number of the entry in its image, from 1. */
  entry?: number | undefined;
  /** Byte offset in the image. */
  offset?: number | undefined;
  /** Number of the line in the input, from 1. */
  line?: number | undefined;
}

/** An error with a stable code, its place, and a message that says what to do. */
export class CritError extends Error {
  override readonly name = 'CritError';
  readonly code: ErrorCode;
  readonly place: ErrorPlace;
  /** The message without its place. */
  readonly reason: string;

  constructor(code: ErrorCode, reason: string, place: ErrorPlace = {}, cause?: unknown) {
    super(describe(reason, place), cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.place = place;
  }

  /** The same error with what is missing of its place filled in. */
  at(outer: ErrorPlace): CritError {
    return new CritError(this.code, this.reason, { ...outer, ...definedOf(this.place) }, this.cause);
  }
}

/**
 * What was thrown, with its place: an error of ours with what is missing of it, an error of the operating system as one of ours.
 * Everything else is a mistake in our code, and passes untouched, so that it never looks like bad data.
 */
export function placed(error: unknown, place: ErrorPlace = {}): unknown {
  if (error instanceof CritError) return error.at(place);
  return isSystemError(error) ? new CritError('io', systemMessage(error), place, error) : error;
}

/** Whether an error is the operating system's, as Node gives it. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/** Codes of the operating system that say nothing of the files that were asked for, but that it could not answer just then. */
const FAULTS: ReadonlySet<unknown> = new Set([
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'EDQUOT',
  'EINTR',
  'EAGAIN',
]);

/** Whether the operating system could not answer: what was asked for may be there, and whole. */
export function isFault(error: unknown): boolean {
  const cause = error instanceof CritError ? error.cause : error;
  return isSystemError(cause) && FAULTS.has(cause.code);
}

/** What is said of a mistake in our code. */
export function internalError(error: unknown): string {
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'already exists',
  ENOTEMPTY: 'directory not empty',
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'name too long',
  ELOOP: 'too many symbolic links',
  EROFS: 'read-only file system',
  EIO: 'input/output error',
  EXDEV: 'crosses file systems',
};

function systemMessage({ code = '', message }: NodeJS.ErrnoException): string {
  return SYSTEM_WORDS[code] ?? message;
}

const LONGEST_NAME = 300;

function describe(reason: string, place: ErrorPlace): string {
  const where: string[] = [];
  if (place.image !== undefined) where.push(shortened(place.image));
  if (place.line !== undefined) where.push(`line ${place.line}`);
  if (place.entry !== undefined && place.offset !== undefined) {
    where.push(`entry ${place.entry} at byte ${place.offset}`);
  } else if (place.entry !== undefined) where.push(`entry ${place.entry}`);
  else if (place.offset !== undefined) where.push(`byte ${place.offset}`);
  return [...where, reason].join(': ');
}

/** A name can be of any length, and must not hide what is said of it. */
function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
}

function definedOf(place: ErrorPlace): ErrorPlace {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
