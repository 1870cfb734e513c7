/** A thread that works on one checkpoint after another for a command; see io/in-threads.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { CritError } from '../error.ts';
import { parse } from './command/arguments.ts';
import { commands } from './commands/commands.ts';
import { END, type Said, type ThreadWork } from './io/in-threads.ts';
import { answerOf, type Ask } from './io/several.ts';

/** By command: what is asked of each checkpoint. */
const ASKED: Readonly<Record<string, () => Promise<Ask<unknown>>>> = {
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
  const answer = await answerOf(await ask, args, path);
  if (!(answer instanceof CritError)) return { value: answer };
  const { code, reason, place } = answer;
  return { code, reason, place };
}

/** One after another. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (message: typeof END | { thing: string }) => {
  // What has been unpacked is removed when the thread exits.
  if (message === END) process.exit();
  last = last.then(async () => parentPort?.postMessage(await say(message.thing)));
});
