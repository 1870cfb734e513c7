import { CritError, internalError, isSystemError, placed, type ErrorPlace } from '../../error.ts';
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
    const known = placed(error, placeOf(error));
    if (!(known instanceof CritError)) this.#internalError(error);
    else {
      this.#line(known.message);
      if (known.code === 'usage') this.#line(`try '${this.#name} --help'`);
    }
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
    this.#line(internalError(error));
    if (process.env['CRIT_DEBUG'] === '1' && error instanceof Error) this.#write(`${error.stack ?? ''}\n`);
  }

  #line(message: string): void {
    const cut = message.length > LONGEST_LINE ? `${message.slice(0, LONGEST_LINE)}...` : message;
    this.#write(`${this.#name}: ${safeText(cut)}\n`);
  }
}

/** A system error knows the path that it is about. */
function placeOf(error: unknown): ErrorPlace {
  return isSystemError(error) && error.path !== undefined ? { image: error.path } : {};
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
