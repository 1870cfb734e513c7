/** Measures the commands side by side with the tools they are compared with, and prints the table. */
import { mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL, inputsIn, QUICK } from './inputs/inputs.ts';
import { keptRun, slower, type KeptRun } from './kept.ts';
import { machineOf } from './machine.ts';
import { measureRow } from './measure.ts';
import { resultsOf, type Result } from './result.ts';
import { rowsOf } from './rows/rows.ts';
import { table } from './table.ts';
import { findTool, howToGet } from './tools.ts';

const HELP = `Usage: npm run bench -- [OPTION]...

  --dir DIR      where inputs are made and kept, and outputs go (default: in the directory for temporary files)
  --json FILE    write the results there, too, to be compared with later
  --compare FILE tell what became slower than those results, beyond the spread of both; 1 is the exit code then
  --quick        a tenth of the entries, a sixteenth of the memory
  --rounds N     rounds of each row (default 3)
  --row NAME     only this row; can be repeated

The machine should have nothing else to do. bench/peers.md tells which tools are needed.
`;

type Options = ReturnType<typeof readOptions>;

function readOptions() {
  return parseArgs({
    options: {
      dir: { type: 'string', default: join(tmpdir(), `crit-pipe-bench-${userInfo().uid}`) },
      help: { type: 'boolean', short: 'h', default: false },
      compare: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      row: { type: 'string', multiple: true, default: [] },
    },
  }).values;
}

/** Measures the rows that were asked for, and tells which tools took part. */
async function measure(options: Options): Promise<{ results: Result[]; tools: Set<string> }> {
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds: a whole number is expected, not ${options.rounds}`);
  const size = options.quick ? QUICK : FULL;
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const inputs = inputsIn(join(options.dir, options.quick ? 'quick' : 'full'), size);
  const rows = rowsOf(inputs);
  const unknown = options.row.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`--row: ${unknown} is none of ${rows.map(({ name }) => name).join(', ')}`);
  const needed = size.pages * 4096 * 3;
  const { bavail, bsize } = statfsSync(options.dir);
  if (bavail * bsize < needed) throw new Error(`${options.dir}: ${needed / 2 ** 30} GiB of free space are needed`);
  const results: Result[] = [];
  const tools = new Set<string>();
  for (const row of rows) {
    if (options.row.length > 0 && !options.row.includes(row.name)) continue;
    console.error(`${row.name}: ${row.work}`);
    for (const { commands } of row.peers) for (const [tool] of commands) tools.add(tool);
    results.push(...resultsOf(await measureRow(row, rounds, inputs.output)));
  }
  return { results, tools };
}

async function bench(options: Options): Promise<void> {
  // Before anything is measured: what cannot be read should not be told an hour later.
  const kept = options.compare === undefined ? undefined : keptRun(readFileSync(options.compare, 'utf8'));
  const load = loadavg()[0] ?? 0;
  const { results, tools } = await measure(options);
  const run: KeptRun = { machine: { ...machineOf(tools), load }, isQuick: options.quick, results };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(run, undefined, 2)}\n`);
  const { processor, cores, memory, kernel, versions } = run.machine;
  console.log(`\n${cores} x ${processor}, ${memory} GiB, Linux ${kernel}, load ${load.toFixed(1)} before`);
  console.log(versions.join('; '));
  console.log(`Medians of ${options.rounds} rounds. Inputs are kept in ${options.dir}\n`);
  console.log(table(results));
  if (options.quick) console.log('--quick: starting Node.js weighs more than the work; the goals are for full size');
  if (findTool('time') === undefined) console.log(`memory and processor time were not measured: ${howToGet('time')}`);
  if (results.some(({ verdict }) => /^(failed|wrong)/.test(verdict))) process.exitCode = 1;
  if (!kept) return;
  const found = slower(kept, run);
  for (const line of found) console.log(line);
  if (found.length === 0) console.log(`Nothing is slower than in ${options.compare}`);
  else process.exitCode = 1;
}

try {
  const options = readOptions();
  if (options.help) process.stdout.write(HELP);
  else await bench(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
