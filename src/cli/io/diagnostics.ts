import { CritError, asCritError, type ErrorPlace } from '../../error.ts';
import { safeText } from './terminal.ts';

/** A message can quote its input, which can be of any size. */
const LONGEST_LINE = 2000;

/** The place where a command speaks to its user: one safe line on standard error each. */
export class Diagnostics {
  readonly #name: string;
  readonly #write: (text: string) => void;

  constructor(name: string, write: (text: string) => void = writeToStandardError) {
    this.#name = name;
    this.#write = write;
  }

  /** Says what failed. */
  error(error: unknown): void {
    if (isExpected(error)) this.#line(asCritError(error, placeOf(error)).message);
    else this.#internalError(error);
    if (error instanceof CritError && error.code === 'usage') this.#line(`try '${this.#name} --help'`);
  }

  /** Says what the user should know although the work goes on. */
  warn(message: string): void {
    this.#line(`warning: ${message}`);
  }

  /** Prints text of our own as it is. */
  print(text: string): void {
    this.#write(text);
  }

  #internalError(error: unknown): void {
    this.#line(`internal error: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env['CRIT_DEBUG'] === '1' && error instanceof Error) this.#write(`${error.stack ?? ''}\n`);
  }

  #line(message: string): void {
    const cut = message.length > LONGEST_LINE ? `${message.slice(0, LONGEST_LINE)}...` : message;
    this.#write(`${this.#name}: ${safeText(cut)}\n`);
  }
}

/** Whether it comes from the input or the operating system, not from a mistake of ours. */
function isExpected(error: unknown): boolean {
  return error instanceof CritError || (error instanceof Error && 'syscall' in error);
}

/** A system error knows the path that it is about. */
function placeOf(error: unknown): ErrorPlace {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? { image: error.path } : {};
}

let guarded = false;

function writeToStandardError(text: string): void {
  if (!guarded) {
    guarded = true;
    // Nobody is left to be told that standard error is closed.
    process.stderr.on('error', () => {});
  }
  process.stderr.write(text);
}
