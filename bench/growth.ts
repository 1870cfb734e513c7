/**
 * How time grows with the number of entries, of VMAs in one entry, and of descriptors: `npm run bench:growth [-- --quick --svg FILE]`.
 * Processor time, which a busy machine changes less than the time on the wall.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { descriptorsInput } from './inputs/descriptors.ts';
import type { Input } from './inputs/input.ts';
import { largeInputs } from './inputs/large.ts';
import { runPipeline } from './pipeline.ts';
import { plot, type Curve } from './plot.ts';
import type { Command } from './row.ts';

const STEPS = 5;
const SIZE = { pages: 1, processes: 1, members: 1, entries: 1, vmas: 1 };

interface Growth {
  readonly title: string;
  readonly most: number;
  readonly input: (directory: string, count: number) => Input;
  readonly command: (path: string) => Command;
}

const GROWTHS: readonly Growth[] = [
  {
    title: 'crit-cat, pagemap entries',
    most: 5_000_000,
    input: (directory, entries) => largeInputs(directory, { ...SIZE, entries }).entries,
    command: (path) => ['crit-cat', join(path, 'pagemap-1.img')],
  },
  {
    title: 'crit-cat, VMAs of one process',
    most: 1_048_576,
    input: (directory, vmas) => largeInputs(directory, { ...SIZE, vmas }).vmas,
    command: (path) => ['crit-cat', join(path, 'mm-1.img')],
  },
  {
    title: 'crit-inspect, descriptors of one process',
    most: 1_000_000,
    input: descriptorsInput,
    command: (path) => ['crit-inspect', path],
  },
];

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), `crit-pipe-bench-${userInfo().uid}`) },
    quick: { type: 'boolean', default: false },
    svg: { type: 'string' },
  },
});

/** Seconds of processor time for each number up to the most. */
async function curve({ title, most, input, command }: Growth): Promise<Curve> {
  const directory = join(values.dir, 'large');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const points: [count: number, seconds: number][] = [];
  for (let step = 1; step <= STEPS; step++) {
    const count = Math.round(((values.quick ? most / 50 : most) * step) / STEPS);
    const made = input(directory, count);
    made.make();
    const contender = { name: title, commands: [command(made.path)] };
    const runs = [];
    for (let round = 0; round < 3; round++) runs.push((await runPipeline(contender, true)).cpu ?? NaN);
    const seconds = Math.min(...runs);
    points.push([count, seconds]);
    console.log(`${title.padEnd(40)} ${String(count).padStart(9)} ${seconds.toFixed(2)} s`);
  }
  return { title, points };
}

const curves = [];
for (const growth of GROWTHS) curves.push(await curve(growth));
if (values.svg !== undefined) writeFileSync(values.svg, plot(curves));
