/**
 * Feeds inputs to a target, in a process of its own: memory and time are limited from outside.
 *
 * Arguments: target, seed, first index, how many, and a file of one input in the place of made ones. Says on standard output
 * what it is about to try, a line each, and what broke a law.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from './random.ts';
import { TARGETS } from './targets.ts';

const [name, seed = '1', first = '0', count = '1', file] = process.argv.slice(2);
const target = TARGETS.find((each) => each.name === name);
if (!target) throw new RangeError(`no target ${name}`);

const scratch = mkdtempSync(join(tmpdir(), 'crit-pipe-fuzz-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** How many inputs are told of at once: a line for each would cost more than the work. */
const STEP = 50;

/** Most inputs are refused, and the stack of a refusal costs more than the refusal. */
const DEEP = Error.stackTraceLimit;
Error.stackTraceLimit = 0;

/** What the same input says once more, now with the stack. */
async function withStack(input: Buffer, index: number): Promise<string | undefined> {
  Error.stackTraceLimit = DEEP;
  try {
    emptyScratch();
    await target?.run(input, Random.ofRun(Number(seed), index), scratch);
  } catch (error) {
    return error instanceof Error ? error.stack : undefined;
  } finally {
    Error.stackTraceLimit = 0;
  }
  return undefined;
}

function emptyScratch(): void {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
}

for (let index = Number(first); index < Number(first) + Number(count); index++) {
  if (index % STEP === 0 || target.share < 2) process.stdout.write(`at ${index}\n`);
  const input = file === undefined ? target.make(Random.of(Number(seed), index)) : readFileSync(file);
  try {
    await target.run(input, Random.ofRun(Number(seed), index), scratch);
  } catch (error) {
    const said = (await withStack(input, index)) ?? String(error);
    process.stdout.write(`broken ${index} ${JSON.stringify({ said, input: input.toString('base64') })}\n`);
  }
  if (target.share < 2) emptyScratch();
}
process.stdout.write('done\n');
