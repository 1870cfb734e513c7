/**
 * How time grows with the number of entries, and of VMAs in one entry: `npm run bench:growth [-- --quick --svg FILE]`.
 * Processor time, which a busy machine changes less than the time on the wall.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { largeInputs } from './inputs/large.ts';
import { runPipeline } from './pipeline.ts';
import { plot, type Curve } from './plot.ts';

const STEPS = 5;
const MOST = { entries: 5_000_000, vmas: 1_048_576 };
const SIZE = { pages: 1, processes: 1, members: 1, entries: 1, vmas: 1 };

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), `crit-pipe-bench-${userInfo().uid}`) },
    quick: { type: 'boolean', default: false },
    svg: { type: 'string' },
  },
});

/** Seconds of processor time for each number up to the most. */
async function curve(name: keyof typeof MOST, image: string, title: string): Promise<Curve> {
  const directory = join(values.dir, 'large');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const points: [count: number, seconds: number][] = [];
  for (let step = 1; step <= STEPS; step++) {
    const count = Math.round(((values.quick ? MOST[name] / 50 : MOST[name]) * step) / STEPS);
    const input = largeInputs(directory, { ...SIZE, [name]: count })[name];
    input.make();
    const commands = [['crit-cat', join(input.path, image)]] as const;
    const runs = [];
    for (let round = 0; round < 3; round++) runs.push((await runPipeline({ name, commands }, true)).cpu ?? NaN);
    const seconds = Math.min(...runs);
    points.push([count, seconds]);
    console.log(`${title.padEnd(24)} ${String(count).padStart(9)} ${seconds.toFixed(2)} s`);
  }
  return { title, points };
}

const curves = [
  await curve('entries', 'pagemap-1.img', 'pagemap entries'),
  await curve('vmas', 'mm-1.img', 'VMAs of one process'),
];
if (values.svg !== undefined) writeFileSync(values.svg, plot(curves));
