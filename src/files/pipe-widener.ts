import { isSystemError } from '../error.ts';

/** Bytes after which it pays to start another program. */
const MUCH = 16 * 1024 * 1024;
/** Bytes that a widened pipe holds: what Linux allows everyone, where 64 KiB are usual. */
const CAPACITY = 1024 * 1024;
/** F_SETPIPE_SZ, a command of fcntl. */
const SET_CAPACITY = 1031;

/**
 * Has a pipe hold more when much has gone through it, so that its two ends wait for each other less often.
 *
 * Node.js cannot ask for that. Perl can, which most systems have, and the pipe is the same for both; without Perl, or where the
 * system refuses, it stays as it is.
 */
export class PipeWidener {
  readonly #fd: number;
  #left = MUCH;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Tells of bytes that have gone through. */
  passed(size: number): void {
    if (this.#left <= 0) return;
    this.#left -= size;
    if (this.#left <= 0) void widen(this.#fd);
  }
}

async function widen(fd: number): Promise<void> {
  if (process.platform !== 'linux') return;
  const { spawn } = await import('node:child_process');
  const program = `open PIPE, '<&=3' and fcntl PIPE, ${SET_CAPACITY}, ${CAPACITY}`;
  try {
    // Not as its standard input: libuv makes that one block, which is the same open file as ours.
    const perl = spawn('perl', ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    perl.on('error', () => {});
    perl.unref();
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
