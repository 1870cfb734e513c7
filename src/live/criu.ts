/** CRIU as a process that we start. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { CritError, placed } from '../error.ts';

/** Options that say where the images are, which we say. */
const OUR_OPTIONS = /^(?:-D.*|--images-dir(?:=.*)?)$/;

/** Options that leave the processes stopped, and that name the root of their tree. */
const LEAVE_STOPPED = /^(?:-s|--leave-stopped)$/;
const TREE = /^(?:-t\d*|--tree(?:=\d+)?)$/;

/** Our standard error, in the list of a child's descriptors. */
const STANDARD_ERROR = 2;

/** A command of CRIU with the options that let it meet us in a directory. Throws a CritError where it says otherwise. */
export function streamingCommand(
  command: readonly string[],
  directory: string,
  more: readonly string[] = [],
): string[] {
  const theirs = command.find((word) => OUR_OPTIONS.test(word));
  if (theirs !== undefined) throw new CritError('usage', `leave ${theirs} out of CRIU's options: it is given here`);
  const stream = command.includes('--stream') ? [] : ['--stream'];
  return [...command, ...stream, '-D', directory, ...more];
}

/** The root of the tree that a dump leaves stopped, or undefined where it does not. Throws a CritError where it is not named. */
export function stoppedRoot(command: readonly string[]): number | undefined {
  if (!command.some((word) => LEAVE_STOPPED.test(word))) return undefined;
  const at = command.findIndex((word) => TREE.test(word));
  const pid = /\d+$/.exec(command[at] ?? '')?.[0] ?? command[at + 1];
  if (at < 0 || pid === undefined || !/^\d+$/.test(pid)) {
    throw new CritError(
      'usage',
      'with --leave-stopped, name the root of the tree with -t: it is killed here, or goes on',
    );
  }
  if (command.includes('--tcp-established')) {
    throw new CritError(
      'usage',
      '--leave-stopped does not go with --tcp-established: CRIU would leave the connections locked',
    );
  }
  return Number(pid);
}

/** CRIU, running. */
export class Criu {
  readonly #child: ChildProcess;
  /** Its exit code, 128 + N where signal N ended it. */
  readonly ended: Promise<number>;

  /** Starts it; what it prints goes to standard error. */
  constructor(command: readonly string[]) {
    const [file = '', ...args] = command;
    this.#child = spawn(file, args, { stdio: ['ignore', STANDARD_ERROR, STANDARD_ERROR] });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', (error) => reject(placed(error, { image: file })));
      this.#child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    // Whoever waits for it is told.
    this.ended.catch(() => {});
  }
}
