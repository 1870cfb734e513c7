import type { CheckpointCores } from '../../../core/checkpoint-cores.ts';
import { planCore } from '../../../core/core-file.ts';
import { CritError, isFault } from '../../../error.ts';
import { safeText } from '../../io/terminal.ts';

interface Listed {
  readonly pid: number;
  readonly comm: string;
  readonly machine?: string;
  readonly threads?: number;
  /** Bytes of the core file. */
  readonly size?: number;
  /** Why there can be none. */
  readonly reason?: string;
}

/** What core files could be made, for people or as lines of JSON. */
export function* listText(cores: CheckpointCores, isJson: boolean): Generator<string, void, undefined> {
  if (!isJson) yield '    PID MACHINE      THREADS         SIZE  NAME (sizes in KiB)\n';
  for (const pid of cores.pids) {
    const listed = listedOf(cores, pid);
    if (isJson) {
      yield `${JSON.stringify(listed)}\n`;
      continue;
    }
    const { comm, machine = '-', threads = '-', size, reason } = listed;
    const kilobytes = size === undefined ? '-' : String(Math.ceil(size / 1024));
    const columns = [String(pid).padStart(7), machine.padEnd(12), String(threads).padStart(7), kilobytes.padStart(12)];
    yield `${columns.join(' ')}  ${safeText(comm)}${reason === undefined ? '' : `: ${safeText(reason)}`}\n`;
  }
}

function listedOf(cores: CheckpointCores, pid: number): Listed {
  const comm = cores.nameOf(pid);
  try {
    const contents = cores.contents(pid);
    const { machine, threads } = contents.process;
    return { pid, comm, machine: machine.name, threads: threads.length, size: planCore(contents).size };
  } catch (error) {
    if (!(error instanceof CritError) || isFault(error)) throw error;
    return { pid, comm, reason: error.message };
  }
}
