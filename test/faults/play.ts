import { once } from 'node:events';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { fixture } from '../fixtures.ts';
import { FAKE_CRIU } from '../live/fake-criu.ts';
import { shell } from '../shell.ts';
import { CRIU, type Played } from './commands.ts';
import { deedOf, type Fault } from './faults.ts';
import { treeOf, type Tree } from './tree.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

/** Longer than any of these commands takes on a busy machine, in milliseconds. */
const TIMEOUT = 60_000;

/** Starts what stands for CRIU; what that says is no word of ours. It ends with 2 where it fails. */
const CRIU_SHELL = `"$@" 2> "$SAID" || exit 2`;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** How the command behind it has ended. */
  readonly next: { readonly code: number | null; readonly stderr: string } | undefined;
  /** What CRIU has said, and the images that it was given. */
  readonly criu: { readonly said: string; readonly given: Tree } | undefined;
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
      crit-cat --refs dump > references && tar -cf dump.tar -C dump . && echo taken > taken &&
      head -c 1200000 /dev/zero | tr '\\0' x > pages-2.img && crit-cat pages-2.img dump > large && rm pages-2.img &&
      cp -r dump compressed && crit compress --in-place compressed > said && rm said`,
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

  async #run(root: string, played: Played, fault: Fault | undefined): Promise<Outcome> {
    const log = `${root}.log`;
    writeFileSync(log, '');
    const given = `${root}.given`;
    mkdirSync(given);
    const shared = {
      ...process.env,
      TMPDIR: join(root, 'tmp'),
      SAID: `${root}.said`,
      IMAGES: fixture('bakery/dump'),
      ASK: [...readdirSync(fixture('bakery/dump')), 'pages-2.img'].join(' '),
      OUT: given,
    };
    const pipe = played.next && new NamedPipe(`${root}.pipe`);
    const child = spawn(process.execPath, commandOf(played), {
      cwd: root,
      env: {
        ...shared,
        LD_PRELOAD: this.#shim,
        // The process's directory may be called otherwise where it is reached through a link.
        FAULT_ROOT: `${root}/`,
        FAULT_LOG: log,
        ...(fault && { FAULT_CALL: fault.call, FAULT_AT: String(fault.at), FAULT_DO: deedOf(fault) }),
      },
      stdio: ['pipe', pipe?.writer ?? 'pipe', 'pipe'],
      timeout: TIMEOUT,
      killSignal: 'SIGABRT',
    });
    // A command may stop reading before its input ends.
    const input = played.input === undefined ? undefined : readFileSync(join(root, played.input));
    child.stdin?.on('error', () => {}).end(input);
    const behind =
      played.next &&
      spawn(process.execPath, commandOf({ words: played.next }), {
        cwd: root,
        env: shared,
        stdio: [pipe?.reader ?? 'ignore', 'pipe', 'pipe'],
        timeout: TIMEOUT,
        killSignal: 'SIGABRT',
      });
    pipe?.close();
    const [first, next] = await Promise.all([endOf(child), behind && endOf(behind)]);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    rmSync(log);
    const calls = lines.map((line) => line.split('\t'));
    const criu = played.criu && {
      said: readFileSync(shared.SAID, { encoding: 'utf8', flag: 'a+' }),
      given: treeOf(given),
    };
    rmSync(given, { recursive: true });
    rmSync(shared.SAID, { force: true });
    return {
      ...first,
      stdout: next?.stdout ?? first.stdout,
      next: next && { code: next.code, stderr: next.stderr },
      criu,
      calls: calls.map(([call = '']) => call),
      struck: calls.find((fields) => fields[2] === '!')?.[1]?.replace(`${root}/`, ''),
      tree: treeOf(root),
    };
  }
}

/** The arguments of Node that run a command. */
function commandOf({ words, criu = 'dump' }: Pick<Played, 'words' | 'criu'>): string[] {
  const [program = '', ...args] = words;
  const stand = ['sh', '-c', CRIU_SHELL, 'criu', ...FAKE_CRIU.split(' '), criu];
  return [join(bin, program), ...args.flatMap((word) => (word === CRIU ? stand : [word]))];
}

/** A pipe between two processes: Node itself would put a socket there. */
class NamedPipe {
  readonly writer: number;
  readonly reader: number;

  constructor(path: string) {
    spawnSync('mkfifo', [path]);
    // Neither end waits for the other while it is open for both.
    const both = openSync(path, 'r+');
    this.writer = openSync(path, 'w');
    this.reader = openSync(path, 'r');
    closeSync(both);
    rmSync(path);
  }

  close(): void {
    closeSync(this.writer);
    closeSync(this.reader);
  }
}

async function endOf(child: ChildProcess): Promise<Pick<Outcome, 'code' | 'signal' | 'stdout' | 'stderr'>> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    child.stdout ? buffer(child.stdout) : Buffer.alloc(0),
    child.stderr ? buffer(child.stderr) : Buffer.alloc(0),
    once(child, 'close').then(ended),
  ]);
  return { code, signal, stdout, stderr: stderr.toString() };
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
