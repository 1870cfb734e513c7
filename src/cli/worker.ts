/** A thread that works on one checkpoint after another for a command; see io/in-threads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { CritError, placed } from '../error.ts';
import { parse, type Arguments } from './command/arguments.ts';
import { commands } from './commands/commands.ts';
import { END, type Said, type ThreadWork } from './io/in-threads.ts';

type Ask = (args: Arguments, path: string) => Promise<unknown>;

/** By command: what is asked of each checkpoint. */
const ASKED: Readonly<Record<string, () => Promise<Ask>>> = {
  'crit-check': async () => (await import('./commands/check/ask.ts')).ask,
  'crit-inspect': async () => (await import('./commands/inspect/row.ts')).rowOf,
  'crit-stats': async () => (await import('./commands/stats/ask.ts')).ask,
};

const { command, argv }: ThreadWork = workerData;
const syntax = commands.find(({ name }) => name === command);
const asked = ASKED[command];
if (!syntax || !asked) throw new TypeError(`${command} has no threads`);
const args = parse(syntax, argv);
const ask = asked();

async function say(path: string): Promise<Said<unknown>> {
  try {
    return { value: await (await ask)(args, path) };
  } catch (error) {
    const known = placed(error);
    if (!(known instanceof CritError)) throw error;
    const { code, reason, place } = known;
    return { code, reason, place };
  }
}

/** One after another. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (message: typeof END | { thing: string }) => {
  // What has been unpacked is removed when the thread exits.
  if (message === END) process.exit();
  last = last.then(async () => parentPort?.postMessage(await say(message.thing)));
});
