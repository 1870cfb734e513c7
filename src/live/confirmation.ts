/**
 * How CRIU is told that its dump counts: a named pipe in the images directory, from which `libexec/crit-capture-hook` reads one word.
 *
 * CRIU runs the hook when all images are written and the processes still stand. Where the word does not come, because we have
 * failed or are no longer there, the hook fails, and CRIU lets the processes go on.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSystemError, placed } from '../error.ts';

const NAME = 'crit-capture.fifo';

/** Put in by Node where the module is one of CommonJS, as in our bundles. */
declare const __dirname: string | undefined;

/** The program for CRIU's `--action-script`. */
export function hookProgram(): string {
  return typeof __dirname === 'string'
    ? join(__dirname, '../../libexec/crit-capture-hook')
    : fileURLToPath(new URL('../../libexec/crit-capture-hook', import.meta.url));
}

export class Confirmation {
  readonly #path: string;
  #fd: number | undefined;

  constructor(directory: string) {
    this.#path = join(directory, NAME);
    try {
      rmSync(this.#path, { force: true });
      execFileSync('mkfifo', ['-m', '600', this.#path]);
      // Whoever opens it for both never waits for the other side.
      this.#fd = openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK);
    } catch (error) {
      this.#cleanUp(() => rmSync(this.#path, { force: true }));
      throw placed(error, { image: this.#path });
    }
  }

  /** Says that everything has been taken. */
  give(): void {
    if (this.#fd !== undefined) writeSync(this.#fd, 'taken\n');
  }

  /** Takes the pipe away: a hook that waits for the word fails. */
  remove(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    this.#cleanUp(() => closeSync(fd));
    this.#cleanUp(() => rmSync(this.#path, { force: true }));
  }

  /** Where it fails, the next capture removes what is left; whether this dump counts was said before. */
  #cleanUp(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}
