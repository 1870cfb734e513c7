/**
 * Lets the calls of the commands to the system fail, one at a time: `npm run faults [-- NAME... --seed N --kills N --sample N]`,
 * a NAME being the beginning of a command; with --sample, so many faults and kills of each, drawn by the seed. Each call on our files fails at its first, a middle and its last use, in each way that it
 * can; and each command is killed before calls that a seed chooses. It ends with 1 where a law of judge.ts was broken.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { COMMANDS, type Played } from './commands.ts';
import { faultsOf, killsOf, type Fault } from './faults.ts';
import { noFakeCriu } from '../live/fake-criu.ts';
import { judge, type Reference, type Verdict } from './judge.ts';
import { Stage, stageDirectory } from './play.ts';
import { buildShim } from './shim.ts';

/** Runs at the same time. */
const PARALLEL = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '10' },
    sample: { type: 'string' },
  },
});

type Counts = Map<string, number>;
const byCommand = new Map<string, Counts>();
const byFault = new Map<string, Counts>();
let failures = 0;

function count(played: Played, fault: Fault, verdict: Verdict): void {
  const word = typeof verdict === 'string' ? verdict : 'BROKEN';
  for (const [table, row] of [
    [byCommand, played.name],
    [byFault, fault.call === 'any' ? fault.kind : `${fault.call} ${fault.kind}`],
  ] as const) {
    const counts = table.get(row) ?? new Map<string, number>();
    counts.set(word, (counts.get(word) ?? 0) + 1);
    table.set(row, counts);
  }
  if (typeof verdict === 'string') return;
  failures++;
  console.log(`BROKEN  ${played.name}  ${fault.call} ${fault.at} ${fault.kind}: ${verdict.broken}`);
}

async function run(stage: Stage, played: Played, random: () => number): Promise<void> {
  const reference: Reference = { before: stage.start, outcome: await stage.play(played), report: played.report };
  const { code, stderr, calls } = reference.outcome;
  if (code !== 0) throw new Error(`${played.name} fails without a fault: ${stderr}`);
  const all = [...faultsOf(calls), ...killsOf(calls, Number(values.kills), random)];
  const left = values.sample === undefined ? all.reverse() : drawn(all, Number(values.sample), random);
  const work = async (): Promise<void> => {
    for (let fault = left.pop(); fault; fault = left.pop()) {
      const outcome = await stage.play(played, fault);
      count(played, fault, judge(fault, outcome, reference));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

function drawn<T>(items: T[], most: number, random: () => number): T[] {
  return Array.from({ length: Math.min(most, items.length) }, () =>
    items.splice(Math.floor(random() * items.length), 1),
  ).flat();
}

/** Marsaglia's xorshift: the same places for the same seed. */
function randomOf(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function print(title: string, table: ReadonlyMap<string, Counts>): void {
  const columns = ['complete', 'refused', 'killed', 'not struck', 'BROKEN'];
  console.log(`\n${title.padEnd(30)}${columns.map((column) => column.padStart(11)).join('')}`);
  for (const [row, counts] of [...table].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(row.padEnd(30) + columns.map((column) => String(counts.get(column) ?? 0).padStart(11)).join(''));
}

const directory = stageDirectory();
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
const shim = buildShim(directory);
if (shim === undefined) console.log('SKIPPED: needs Linux and gcc');
else {
  const stage = new Stage(directory, shim);
  await stage.prepare();
  const random = randomOf(Number(values.seed));
  for (const played of COMMANDS) {
    if (positionals.length > 0 && !positionals.some((name) => played.name.startsWith(name))) continue;
    if (played.criu !== undefined && noFakeCriu !== false) {
      console.log(`SKIPPED  ${played.name}: ${noFakeCriu}`);
      continue;
    }
    await run(stage, played, random);
  }
  print('command', byCommand);
  print('fault', byFault);
  console.log(`\n${failures} broken; seed ${values.seed}`);
  if (failures > 0) process.exitCode = 1;
}
