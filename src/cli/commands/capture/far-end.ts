/** The word of the far end that it has everything: `--confirm`. */
import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { CritError, placed } from '../../../error.ts';

/** What the far end says. */
const WORD = 'taken';

export class FarEnd {
  readonly #name: string;
  readonly #fd: number;

  /** A named pipe by its path, or a descriptor by its number. Throws a CritError where it is neither. */
  constructor(source: string) {
    this.#name = /^\d+$/.test(source) ? `descriptor ${source}` : source;
    try {
      // A writer need not be there yet.
      this.#fd = /^\d+$/.test(source) ? Number(source) : openSync(source, constants.O_RDONLY | constants.O_NONBLOCK);
      const stats = fstatSync(this.#fd);
      if (!stats.isFIFO() && !stats.isSocket()) {
        throw new CritError('usage', 'neither a pipe nor a socket: make one with mkfifo');
      }
    } catch (error) {
      throw placed(error, { image: this.#name });
    }
  }

  /** Waits for the word. Throws a CritError where another one comes, or none. */
  async confirmed(): Promise<void> {
    const socket = new Socket({ fd: this.#fd, readable: true, writable: false });
    let text = '';
    try {
      for await (const chunk of socket) {
        text += String(chunk);
        if (text.includes('\n') || text.length > WORD.length) break;
      }
    } catch (error) {
      throw placed(error, { image: this.#name });
    } finally {
      socket.destroy();
    }
    if (text.split('\n')[0]?.trim() === WORD) return;
    throw new CritError('upstream', `the far end has not said "${WORD}": the processes live on`, { image: this.#name });
  }
}
