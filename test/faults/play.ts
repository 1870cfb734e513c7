import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import type { Played } from './commands.ts';
import { deedOf, type Fault } from './faults.ts';
import { treeOf, type Tree } from './tree.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

/** Longer than any of these commands takes on a busy machine, in milliseconds. */
const TIMEOUT = 60_000;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The names of the calls, in order. */
  readonly calls: readonly string[];
  /** The file of the call that was struck; none where the run had no such call. */
  readonly struck: string | undefined;
  /** All files afterwards. */
  readonly tree: Tree;
  /** What a run without faults, on what this one has left, makes of it. */
  readonly again?: Outcome;
}

/** Plays commands with faults, each in a copy of the same directory. */
export class Stage {
  readonly #shim: string;
  readonly #directory: string;
  #runs = 0;

  /** `directory` is the caller's, empty, and removed by it. */
  constructor(directory: string, shim: string) {
    this.#directory = directory;
    this.#shim = shim;
  }

  /** The directory that every run begins with. */
  async prepare(): Promise<void> {
    const root = join(this.#directory, 'start');
    mkdirSync(join(root, 'tmp'), { recursive: true });
    cpSync(fixture('bakery/dump'), join(root, 'dump'), { recursive: true });
    mkdirSync(join(root, 'old'));
    for (const name of ['pstree.img', 'mm-4845.img', 'pages-1.img', 'core-4847.img', 'core', 'other.txt'])
      writeFileSync(join(root, 'old', name), `what was there before: ${name}`);
    const { codes, stderr } = await shell(
      `crit-cat dump > lines && crit-cat dump/pstree.img > image && crit decode -i dump/pstree.img > document.json &&
      tar -cf dump.tar -C dump .`,
      [],
      { cwd: root },
    );
    if (codes.some((code) => code !== 0)) throw new Error(stderr);
  }

  get start(): Tree {
    return treeOf(join(this.#directory, 'start'));
  }

  /** Runs a command, with a fault or without, and where it is killed outright a second time on what is left. */
  async play(played: Played, fault?: Fault): Promise<Outcome> {
    const root = join(this.#directory, `run-${++this.#runs}`);
    cpSync(join(this.#directory, 'start'), root, { recursive: true });
    try {
      const outcome = await this.#run(root, played, fault);
      return outcome.signal === 'SIGKILL' ? { ...outcome, again: await this.#run(root, played, undefined) } : outcome;
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  async #run(root: string, { words, input }: Played, fault: Fault | undefined): Promise<Outcome> {
    const [program = '', ...args] = words;
    const log = `${root}.log`;
    writeFileSync(log, '');
    const child = spawn(process.execPath, [join(bin, program), ...args], {
      cwd: root,
      env: {
        ...process.env,
        TMPDIR: join(root, 'tmp'),
        LD_PRELOAD: this.#shim,
        // The process's directory may be called otherwise where it is reached through a link.
        FAULT_ROOT: `${root}/`,
        FAULT_LOG: log,
        ...(fault && { FAULT_CALL: fault.call, FAULT_AT: String(fault.at), FAULT_DO: deedOf(fault) }),
      },
      timeout: TIMEOUT,
      killSignal: 'SIGABRT',
    });
    // A command may stop reading before its input ends.
    child.stdin.on('error', () => {}).end(input === undefined ? undefined : readFileSync(join(root, input)));
    const [stdout, stderr, [code, signal]] = await Promise.all([
      buffer(child.stdout),
      buffer(child.stderr),
      once(child, 'close').then(ended),
    ]);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    rmSync(log);
    const calls = lines.map((line) => line.split('\t'));
    return {
      code,
      signal,
      stdout,
      stderr: stderr.toString(),
      calls: calls.map(([call = '']) => call),
      struck: calls.find((fields) => fields[2] === '!')?.[1]?.replace(`${root}/`, ''),
      tree: treeOf(root),
    };
  }
}

function ended([code, signal]: readonly unknown[]): [number | null, NodeJS.Signals | null] {
  const name = SIGNAL_NAMES.find((each) => each === signal);
  return [typeof code === 'number' ? code : null, name ?? null];
}

const SIGNAL_NAMES: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGTRAP'];

/** A new directory for a stage. */
export function stageDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'crit-pipe-faults-'));
}
