/** The same work on many things in several threads at once; what comes of it is given in the order of the things. */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CritError, type ErrorPlace } from '../../error.ts';

/** What a thread is told: which command it works for, and with which arguments. */
export interface ThreadWork {
  readonly command: string;
  readonly argv: readonly string[];
}

/** What a thread says of one thing. An error of ours goes as its parts, since threads pass on no classes. */
export type Said<T> =
  { readonly value: T } | { readonly code: CritError['code']; readonly reason: string; readonly place: ErrorPlace };

/** Asked to end: what has been unpacked is removed first. */
export const END = 'end';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** Things that a thread is ahead of the one that is waited for. */
const AHEAD = 2;

/** Has `threads` threads work on things, each of which has its turn in one of them. */
export async function* inThreads<T>(
  things: readonly string[],
  threads: number,
  work: ThreadWork,
): AsyncGenerator<T | CritError, void, undefined> {
  const pool = Array.from({ length: Math.min(threads, things.length) }, () => new Thread<T>(work));
  const release = endOnSignal(pool);
  const give = (index: number): void => {
    const thing = things[index];
    if (thing !== undefined) pool[index % pool.length]?.give(thing);
  };
  try {
    for (let index = 0; index < AHEAD * pool.length; index++) give(index);
    for (let index = 0; index < things.length; index++) {
      const said = await pool[index % pool.length]?.next();
      if (!said) throw new Error('a thread ended before its work');
      yield 'value' in said ? said.value : new CritError(said.code, said.reason, said.place);
      give(index + AHEAD * pool.length);
    }
  } finally {
    await Promise.all(pool.map((thread) => thread.end()));
    release();
  }
}

class Thread<T> {
  readonly #worker: Worker;
  readonly #said: AsyncIterator<Said<T>[]>;
  readonly #ended: Promise<void>;

  constructor(work: ThreadWork) {
    this.#worker = new Worker(new URL('worker.cjs', import.meta.url), { workerData: work });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#said = on(this.#worker, 'message', { close: ['exit'] });
  }

  give(thing: string): void {
    this.#worker.postMessage({ thing });
  }

  /** What it says of the next thing; undefined where it has ended. Throws what it threw. */
  async next(): Promise<Said<T> | undefined> {
    const next = await this.#said.next();
    return next.done === true ? undefined : next.value[0];
  }

  async end(): Promise<void> {
    this.#worker.postMessage(END);
    await this.#ended;
  }
}

/** Threads hear of no signals: they are ended before the signal ends the process. */
function endOnSignal(pool: readonly { end(): Promise<void> }[]): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    release();
    void Promise.all(pool.map((thread) => thread.end())).then(() => process.kill(process.pid, signal));
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}
