import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, Contender } from './row.ts';
import { findTool } from './tools.ts';

const MOST_STDERR = 4096;

/** What one run took. */
export interface Outcome {
  seconds: number;
  /** Processor time of all processes; undefined where it was not measured. */
  cpu?: number;
  /** Peak resident memory of each process, in MiB; empty where it was not measured. */
  peaks: number[];
}

/**
 * Our commands come first on the PATH of what runs inside a shell. What is set for all Node processes goes: reading
 * extra certificates, say, more than doubles the time that Node takes to start.
 */
const env = {
  ...process.env,
  NODE_OPTIONS: undefined,
  NODE_EXTRA_CA_CERTS: undefined,
  PATH: `${fileURLToPath(new URL('../bin', import.meta.url))}${delimiter}${process.env['PATH'] ?? ''}`,
};

/**
 * Runs the commands, joined by the pipes that a shell would make (those of child_process are sockets), and waits for
 * all of them. Processor time and memory are what the kernel counted for each process: GNU time asks for them by wait4.
 */
export async function runPipeline(contender: Contender, withUsage: boolean): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'crit-bench-'));
  const files: number[] = [];
  try {
    const time = withUsage ? findTool('time') : undefined;
    const stages = connect(contender, folder, files);
    const start = performance.now();
    const processes = stages.map(({ command, usage, stdin, stdout }) => {
      const [tool, ...rest] = time === undefined ? command : [time, '-q', '-f', '%M %U %S', '-o', usage, ...command];
      return ended(spawn(tool, rest, { stdio: [stdin, stdout, 'pipe'], env }));
    });
    for (const file of files.splice(0)) closeSync(file);
    const ends = await Promise.allSettled(processes);
    const seconds = (performance.now() - start) / 1000;
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    if (time === undefined) return { seconds, peaks: [] };
    const usages = stages.map(({ usage }) => readFileSync(usage, 'utf8').split(' ').map(Number));
    return {
      seconds,
      cpu: usages.reduce((sum, [, user = 0, system = 0]) => sum + user + system, 0),
      peaks: usages.map(([kilobytes = 0]) => kilobytes / 1024),
    };
  } finally {
    for (const file of files) closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** One process of a pipeline before it starts. */
interface Stage {
  command: Command;
  /** Where its usage is written. */
  usage: string;
  stdin: number;
  stdout: number;
}

/** Opens what the processes read and write; every file that is opened is added to `files`. */
function connect({ commands, stdin, stdout }: Contender, folder: string, files: number[]): Stage[] {
  const open = (path: string, flags: string | number): number => {
    const file = openSync(path, flags);
    files.push(file);
    return file;
  };
  let reads = open(stdin ?? '/dev/null', 'r');
  return commands.map(([tool, ...rest], i) => {
    const stage = {
      command: [findTool(tool) ?? tool, ...rest] as const,
      usage: join(folder, `usage-${i}`),
      stdin: reads,
    };
    if (i === commands.length - 1) return { ...stage, stdout: open(stdout ?? '/dev/null', 'w') };
    const pipe = join(folder, `pipe-${i}`);
    execFileSync('mkfifo', [pipe]);
    // Whoever opens one end of a pipe waits for the other; opening both at once waits for nobody.
    const both = openSync(pipe, constants.O_RDWR);
    reads = open(pipe, constants.O_RDONLY);
    const writes = open(pipe, constants.O_WRONLY);
    closeSync(both);
    return { ...stage, stdout: writes };
  });
}

/** Settles when the process has ended: well, or with what it said. */
function ended(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < MOST_STDERR) said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${signal ?? `exit ${code}`}: ${said.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}
