/** Runs the commands as people do: in bash, with real pipes, found through PATH. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin', import.meta.url));

export interface Outcome {
  stdout: Buffer;
  /** Of all commands of the script. */
  stderr: string;
  /** Exit code of each command of the last pipeline; 128 + N where signal N ended it. */
  codes: number[];
  /** Greatest resident set of any Node.js process, in MiB, where `measure` was asked for. */
  peak: number;
}

export interface ShellOptions {
  /** Standard input; nothing otherwise. */
  input?: string | Uint8Array;
  cwd?: string;
  env?: Record<string, string>;
  /** Measure the memory of the processes. */
  measure?: boolean;
  /** Milliseconds after which everything is killed and the test fails. */
  timeout?: number;
}

/** Runs a bash script; `$1`, `$2` ... are the arguments, so that no name is pasted into code. */
export async function shell(
  script: string,
  args: readonly string[] = [],
  options: ShellOptions = {},
): Promise<Outcome> {
  const { input, cwd, env = {}, measure = false, timeout = 60_000 } = options;
  const peaks = measure ? mkdtempSync(join(tmpdir(), 'crit-pipe-peak-')) : undefined;
  try {
    // With a socket as standard input, which is what Node gives, bash reads the user's own start file, which may speak.
    const child = spawn('bash', ['--norc', '-c', `${script}\necho "\${PIPESTATUS[@]}" >&3`, 'bash', ...args], {
      cwd,
      env: {
        ...process.env,
        PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
        ...(peaks !== undefined && { NODE_OPTIONS: `--import=${recorder(peaks)}` }),
        ...env,
      },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe'],
      // A process group of its own, so that all of the pipeline can be killed.
      detached: true,
    });
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), timeout);
    // A command may stop reading before its input ends.
    child.stdin?.on('error', () => {}).end(input);
    const [stdout, stderr, codes] = await Promise.all([1, 2, 3].map((fd) => collect(child.stdio[fd])));
    clearTimeout(timer);
    if (!codes?.length) throw new Error(`not done after ${timeout} ms: ${script}\n${stderr?.toString()}`);
    // A mistake of ours must fail the test, also where any error would do.
    if (stderr?.includes(': internal error: ')) throw new Error(`${script}\n${stderr.toString()}`);
    return {
      stdout: stdout ?? Buffer.alloc(0),
      stderr: String(stderr),
      codes: String(codes).trim().split(' ').map(Number),
      peak: peaks === undefined ? 0 : greatest(peaks),
    };
  } finally {
    if (peaks !== undefined) rmSync(peaks, { recursive: true });
  }
}

async function collect(stream: unknown): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (isReadable(stream)) for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function isReadable(stream: unknown): stream is AsyncIterable<Buffer> {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

/** A module that writes a process's greatest resident set into a file when the process exits. */
export function recorder(directory: string): string {
  const code = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(`${directory}/`)}+process.pid,String(process.resourceUsage().maxRSS)))`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

export function greatest(directory: string): number {
  const kilobytes = readdirSync(directory).map((name) => Number(readFileSync(join(directory, name), 'utf8')));
  if (kilobytes.length === 0) throw new Error('no process told its memory');
  return Math.max(...kilobytes) / 1024;
}
