/**
 * The most memory that each command takes on checkpoints that are large in one way: `npm run bench:memory [-- --quick --row NAME]`.
 * Each must stay below 120 MiB, or below the bound that the documents give; it ends with 1 where one does not.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { largeInputs, type LargeSize } from './inputs/large.ts';
import { runPipeline } from './pipeline.ts';
import { MEMORY_GOAL, type Command } from './row.ts';

const FULL: LargeSize = {
  pages: 2 ** 19,
  entries: 5_000_000,
  processes: 20_000,
  members: 300_000,
  vmas: 1_048_576,
};
const QUICK: LargeSize = { pages: 2 ** 14, entries: 100_000, processes: 500, members: 5000, vmas: 50_000 };

const CRIT = fileURLToPath(new URL('../bin/crit', import.meta.url));

interface Case {
  readonly name: keyof LargeSize;
  readonly commands: readonly Command[];
  /** What the documents promise of a command, in MiB, where it is not MEMORY_GOAL. */
  readonly bounds?: Readonly<Record<string, number>>;
}

/** What holds a line of an entry with a million VMAs: docs/lines.md. */
const LINE = 1150;
/** What holds the VMAs of one process, a million of them, as a question about it does. */
const VMAS = 300;

function casesOf(path: (name: keyof LargeSize) => string, output: string): Case[] {
  const pipe = (name: keyof LargeSize, bounds: Record<string, number> = {}): Case[] => [
    {
      name,
      commands: [
        ['crit-cat', path(name)],
        ['crit-pack', '-C', output],
      ],
    },
    {
      name,
      bounds,
      commands: [
        ['crit-cat', path(name)],
        ['crit-filter', 'true'],
        ['crit-map', ''],
        ['crit-pack', '-C', output],
      ],
    },
  ];
  const questions = (name: keyof LargeSize, bounds: Record<string, number> = {}): Case[] =>
    [
      ['crit-inspect', path(name)],
      ['crit-inspect', '--json', path(name)],
      ['crit-mem', '--map', path(name)],
      ['crit-grep', '-c', 'needle', path(name)],
      ['crit-check', '--offline', path(name)],
      ['crit-diff', path(name), path(name)],
      [CRIT, 'x', path(name), 'ps'],
      [CRIT, 'x', path(name), 'mems'],
      [CRIT, 'x', path(name), 'rss'],
    ]
      // Of entries without pages, contents cannot be read.
      .filter(([tool]) => name !== 'entries' || (tool !== 'crit-grep' && tool !== 'crit-diff'))
      .map(([tool = '', ...rest]) => ({ name, bounds, commands: [[tool, ...rest]] }));
  return [
    ...pipe('pages'),
    ...questions('pages'),
    { name: 'pages', commands: [['crit-core', '-p', '1', path('pages'), '-o', output]] },
    { name: 'pages', commands: [['crit-edit', '--comm', '1=x', path('pages'), '-C', output]] },
    ...pipe('entries'),
    ...questions('entries'),
    {
      name: 'entries',
      commands: [
        [CRIT, 'decode', '-i', join(path('entries'), 'pagemap-1.img')],
        [CRIT, 'encode'],
      ],
    },
    ...pipe('processes'),
    ...questions('processes'),
    {
      name: 'members',
      commands: [
        ['crit-cat', path('members')],
        ['crit-pack', '--tar'],
      ],
    },
    {
      name: 'members',
      commands: [
        ['crit-cat', path('members')],
        ['crit-pack', '-C', output],
      ],
    },
    // Of two archives, two lists of names; where the machine is busy, some more of one.
    ...questions('members', { 'crit-diff': 160, 'crit-inspect': 130 }),
    { name: 'members', commands: [['crit-core', '-p', '1', path('members'), '-o', output]] },
    { name: 'members', commands: [['crit-stats', path('members')]] },
    ...pipe('vmas', { 'crit-filter': LINE, 'crit-map': LINE }),
    ...questions('vmas', {
      'crit-inspect': VMAS,
      'crit-mem': VMAS,
      'crit-grep': VMAS,
      'crit-check': VMAS,
      'crit-diff': VMAS,
      crit: VMAS,
    }),
    { name: 'vmas', commands: [[CRIT, 'decode', '-i', join(path('vmas'), 'mm-1.img')]] },
  ];
}

/** A command whose exit code 1 is an answer, and no failure. */
function answering(command: Command): Command {
  const [tool] = command;
  return /^crit-(?:grep|check|diff)$/.test(tool) ? ['sh', '-c', '"$0" "$@"; test $? -le 1', ...command] : command;
}

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), `crit-pipe-bench-${userInfo().uid}`) },
    quick: { type: 'boolean', default: false },
    row: { type: 'string', multiple: true, default: [] },
  },
});

const directory = join(values.dir, 'large');
mkdirSync(directory, { recursive: true, mode: 0o700 });
const inputs = largeInputs(directory, values.quick ? QUICK : FULL);
const output = join(directory, `output-${process.pid}`);
let isWithin = true;
for (const { name, commands, bounds = {} } of casesOf((each) => inputs[each].path, output)) {
  if (values.row.length > 0 && !values.row.includes(name)) continue;
  inputs[name].make();
  let peaks: readonly number[] = [];
  let problem = '';
  try {
    ({ peaks } = await runPipeline({ name, commands: commands.map(answering) }, true));
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  rmSync(output, { recursive: true, force: true });
  commands.forEach(([tool, ...rest], index) => {
    const isCrit = tool === CRIT;
    const called = isCrit ? `crit ${rest.find((word) => !word.startsWith('/')) ?? ''} ${rest.at(-1) ?? ''}` : tool;
    const most = bounds[isCrit ? 'crit' : tool] ?? MEMORY_GOAL;
    const peak = peaks[index];
    const isFine = problem === '' && peak !== undefined && peak <= most;
    isWithin &&= isFine;
    const said = problem === '' ? `${peak?.toFixed(0) ?? '?'} MiB of ${most}` : problem;
    const options = isCrit ? '' : rest.filter((word) => word.startsWith('-')).join(' ');
    console.log(
      `${isFine ? 'pass' : 'FAIL'}  ${name.padEnd(10)} ${`${called.replace(directory, '')} ${options}`.padEnd(30)} ${said}`,
    );
  });
}
process.exitCode = isWithin ? 0 : 1;
