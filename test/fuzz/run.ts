/**
 * Damages inputs and feeds them to everything that reads them: `npm run fuzz -- [--seconds S] [--runs N] [--seed N] [--target T]`.
 *
 * The same seed tries the same inputs. What breaks a law is made smaller and written as a file, with the command that repeats it;
 * `--repeat FILE` does. Such files belong into test/fuzz/corpus, which `npm test` tries each time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { minimise } from './minimise.ts';
import { TARGETS } from './targets.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Inputs of a worker; a new one begins with clean memory. */
const BATCH = 100_000;
/** Those of the first round: a run of a minute gets to all targets. */
const FIRST_BATCH = 10_000;
/** Milliseconds without a word after which a worker hangs: many times what it takes on a machine that has much else to do. */
const PATIENCE = 300_000;
const MEMORY = 512;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    repeat: { type: 'string' },
    faults: { type: 'boolean', default: false },
    failures: { type: 'string', default: 'fuzz-failures' },
  },
});

interface Broken {
  readonly target: string;
  readonly index: number;
  readonly said: string;
  readonly input: Buffer | undefined;
}

interface Batch {
  readonly target: string;
  readonly first: number;
  readonly count: number;
}

/** Ends a run early, with what it has to say. */
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

/** Runs one worker to its end. Gives how many inputs were tried, and what broke. */
async function tryBatch(
  { target, first, count }: Batch,
  seed: string,
  file?: string,
): Promise<{ tried: number; broken: Broken[] }> {
  const args = [
    `--max-old-space-size=${MEMORY}`,
    '--import',
    'tsx',
    worker,
    target,
    seed,
    String(first),
    String(count),
  ];
  const child = spawn(process.execPath, file === undefined ? args : [...args, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const broken: Broken[] = [];
  let at = first;
  let isDone = false;
  let last = '';
  const hang = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const kill = (): void => void child.kill('SIGKILL');
  stop.signal.addEventListener('abort', kill);
  child.stderr.on('data', (text: Buffer) => (last = (last + text.toString()).slice(-2000)));
  for await (const line of createInterface({ input: child.stdout })) {
    hang.refresh();
    const [word, number, ...rest] = line.split(' ');
    if (word === 'at') at = Number(number);
    else if (word === 'done') isDone = true;
    else if (word === 'broken') {
      const { said, input }: { said: string; input: string } = JSON.parse(rest.join(' '));
      broken.push({ target, index: Number(number), said, input: Buffer.from(input, 'base64') });
    }
  }
  clearTimeout(hang);
  stop.signal.removeEventListener('abort', kill);
  // A worker that did not come to its end hung, or took too much memory, somewhere behind the last word.
  if (!isDone && !stop.signal.aborted)
    broken.push({ target, index: at, said: `the worker ended at ${at} or soon after: ${last}`, input: undefined });
  return { tried: isDone ? count : at - first, broken };
}

/** Batches of all targets by their shares, for ever. */
function* batches(): Generator<Batch, void, undefined> {
  const chosen = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
  if (chosen.length === 0)
    throw new RangeError(`no target ${values.target}: ${TARGETS.map(({ name }) => name).join(', ')}`);
  const next = new Map(chosen.map(({ name }) => [name, 0]));
  for (let size = FIRST_BATCH; ; size = BATCH) {
    for (const { name, share } of chosen) {
      const first = next.get(name) ?? 0;
      const count = Math.max(1, Math.round((size * share) / 40));
      next.set(name, first + count);
      yield { target: name, first, count };
    }
  }
}

async function main(): Promise<number> {
  // Faults of the system, in the place of damaged inputs.
  if (values.faults) {
    const faults = fileURLToPath(new URL('../faults/run.ts', import.meta.url));
    return spawnSync(process.execPath, ['--import', 'tsx', faults], { stdio: 'inherit' }).status ?? 1;
  }
  if (values.repeat !== undefined) return repeat(values.repeat);
  const end = values.seconds === undefined ? Infinity : Date.now() + Number(values.seconds) * 1000;
  let left = values.runs === undefined ? (values.seconds === undefined ? 100_000 : Infinity) : Number(values.runs);
  const tried = new Map<string, number>();
  const reported = new Set<string>();
  let times = 0;
  const queue = batches();
  const work = async (): Promise<void> => {
    while (Date.now() < end && left > 0 && !stop.signal.aborted) {
      const next = queue.next();
      if (next.done === true) return;
      const batch = { ...next.value, count: Math.min(next.value.count, left) };
      left -= batch.count;
      const result = await tryBatch(batch, values.seed);
      tried.set(batch.target, (tried.get(batch.target) ?? 0) + result.tried);
      times += result.broken.length;
      for (const broken of result.broken) {
        const kind = `${broken.target} ${broken.said.split('\n', 3).join(' ')}`;
        if (reported.has(kind)) continue;
        reported.add(kind);
        await report(broken);
      }
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  for (const [name, count] of tried) console.log(`${name.padEnd(12)}${String(count).padStart(10)} inputs`);
  console.log(`seed ${values.seed}: ${reported.size} laws broken, ${times} times`);
  return times === 0 ? 0 : 1;
}

async function report({ target, index, said, input }: Broken): Promise<void> {
  console.log(`\n${target}: input ${index} of seed ${values.seed}\n${said}`);
  if (!input) {
    console.log(`again: npm run fuzz -- --target ${target} --seed ${values.seed}`);
    return;
  }
  mkdirSync(values.failures, { recursive: true });
  const path = join(values.failures, `${target}-${values.seed}-${index}`);
  writeFileSync(
    path,
    await minimise(input, async (bytes) => {
      const file = `${path}.try`;
      writeFileSync(file, bytes);
      const { broken } = await tryBatch({ target, first: index, count: 1 }, values.seed, file);
      return broken.some((each) => each.said.split('\n', 1)[0] === said.split('\n', 1)[0]);
    }),
  );
  console.log(`again: npm run fuzz -- --repeat ${path}`);
}

/** A file is called TARGET-SEED-INDEX. */
async function repeat(path: string): Promise<number> {
  const [, target = '', seed = '1', index = '0'] = /^(.*)-(\d+)-(\d+)$/.exec(basename(path)) ?? [];
  readFileSync(path);
  const { broken } = await tryBatch({ target, first: Number(index), count: 1 }, seed, path);
  for (const { said } of broken) console.log(said);
  return broken.length === 0 ? 0 : 1;
}

process.exitCode = await main();
