/**
 * How far long work has come, on standard error: bytes read, rate, and the time left where the size is known.
 *
 * Nothing is shown, and nothing loaded, in the first second, nor where standard error is no terminal or standard output is one.
 */
import { statSync } from 'node:fs';
import type { SingleBar } from 'cli-progress';
import { CritError, isSystemError } from '../../error.ts';
import { walk } from '../../files/walk.ts';
import type { Arguments } from '../command/arguments.ts';
import { isTerminal } from './is-terminal.ts';
import { STANDARD_OUTPUT } from './output-lines.ts';

const STANDARD_ERROR = 2;
/** Work that takes less time shows nothing, in milliseconds. */
const LONG = 1000;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export class Progress {
  readonly #total: number | undefined;
  readonly #started = Date.now();
  #done = 0;
  #bar: SingleBar | undefined;
  #state: 'waiting' | 'shown' | 'over' = 'waiting';

  constructor(total: number | undefined) {
    this.#total = total;
  }

  /** Counts bytes. */
  readonly add = (count: number): void => {
    this.#done += count;
    if (this.#state === 'waiting' && Date.now() - this.#started >= LONG) {
      this.#state = 'shown';
      void this.#show();
    } else this.#bar?.update(this.#done);
  };

  /** Removes what is shown. */
  stop(): void {
    this.#state = 'over';
    this.#bar?.stop();
    this.#bar = undefined;
  }

  async #show(): Promise<void> {
    const { SingleBar } = (await import('cli-progress')).default;
    if (this.#state !== 'shown') return;
    this.#bar = new SingleBar({
      stream: process.stderr,
      format: () => progressText(this.#done, this.#total, Date.now() - this.#started),
      clearOnComplete: true,
      // Nothing of the terminal is changed that a signal would leave so.
      linewrap: true,
      gracefulExit: false,
      noTTYOutput: true,
      notTTYSchedule: LONG,
    });
    this.#bar.start(this.#total ?? Number.MAX_SAFE_INTEGER, this.#done);
  }
}

/** Progress as --progress and --no-progress say; undefined where none is wanted. */
export async function progressOf(args: Arguments, paths: readonly string[]): Promise<Progress | undefined> {
  if (args.flag('no-progress')) return undefined;
  const isWanted =
    args.flag('progress') || ((await isTerminal(STANDARD_ERROR)) && !(await isTerminal(STANDARD_OUTPUT)));
  return isWanted ? new Progress(totalOf(paths)) : undefined;
}

/** Bytes in files and directories; undefined where one is of no known size. */
function totalOf(paths: readonly string[]): number | undefined {
  let total = 0;
  try {
    for (const path of paths) {
      const stats = path === '-' ? undefined : statSync(path);
      if (stats?.isFile()) total += stats.size;
      else if (stats?.isDirectory()) {
        for (const found of walk(path)) if (found.kind === 'file') total += statSync(found.path).size;
      } else return undefined;
    }
  } catch (error) {
    // Whoever reads it says what is wrong.
    if (!isSystemError(error) && !(error instanceof CritError)) throw error;
    return undefined;
  }
  return total;
}

/** `512 MiB of 1 GiB, 50 %, 350 MiB/s, 2 s left` */
export function progressText(done: number, total: number | undefined, milliseconds: number): string {
  const rate = (done / Math.max(1, milliseconds)) * 1000;
  if (total === undefined || total < done) return `${bytes(done)}, ${bytes(rate)}/s`;
  const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
  const part = total === 0 ? 100 : Math.floor((done / total) * 100);
  return `${bytes(done)} of ${bytes(total)}, ${part} %, ${bytes(rate)}/s${left}`;
}

function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
