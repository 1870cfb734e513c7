import { CritError } from '../error.ts';
import { CheckpointMemory } from './checkpoint-memory.ts';
import type { ProcessMemory } from './process-memory.ts';
import { processStrings } from './process-strings.ts';
import { textOfBytes } from '../checkpoint/text.ts';

/** What a process was started with; undefined where its memory is not there. */
export interface ProcessStrings {
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
}

/** Reads the arguments and the environment of processes from their memory, as text. */
export class ProcessStringReader {
  readonly #memory: CheckpointMemory;

  /** Throws a CritError where the directory has no memory. */
  constructor(path: string) {
    this.#memory = new CheckpointMemory(path);
  }

  read(pid: number): ProcessStrings {
    const process = this.#memory.processes.find((each) => each.pid === pid);
    if (!process?.mm) return { args: undefined, env: undefined };
    return { args: this.#strings(process, 'args'), env: this.#strings(process, 'env') };
  }

  close(): void {
    this.#memory.close();
  }

  #strings(process: ProcessMemory, what: 'args' | 'env'): string[] | undefined {
    try {
      return processStrings(this.#memory, process, what).map(textOfBytes);
    } catch (error) {
      // Pages that were not saved are no fault; a file that cannot be read is one.
      if (error instanceof CritError && error.code === 'io' && error.cause === undefined) return undefined;
      throw error;
    }
  }
}
