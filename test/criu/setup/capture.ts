import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CaptureOptions {
  env?: NodeJS.ProcessEnv;
  /** Ends the program early. */
  signal?: AbortSignal;
  /** Kills the program after so many milliseconds. */
  timeout?: number;
}

/** Runs a program to its end and returns its output; one that fails is an error with the last lines it wrote. */
export async function capture(file: string, args: readonly string[], options: CaptureOptions = {}): Promise<string> {
  try {
    return (await run(file, args, { ...options, killSignal: 'SIGKILL', maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    if (!(error instanceof Error) || options.signal?.aborted) throw error;
    const said = [textOf(error, 'stdout'), textOf(error, 'stderr')].join('\n').trim();
    throw new Error(`${[file, ...args].join(' ')}\n${said === '' ? error.message : said.slice(-2000)}`, {
      cause: error,
    });
  }
}

function textOf(error: object, name: 'stdout' | 'stderr'): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
