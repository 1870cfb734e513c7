/**
 * Where the time of a row goes, as pictures: `npm run bench:profile -- --row copy --row map --svg DIR [--quick]`.
 * Each of our commands in the row runs under V8's sampling profiler, in its pipeline.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL, inputsIn, QUICK } from './inputs/inputs.ts';
import { runPipeline } from './pipeline.ts';
import { profileOf, type Profile } from './profile/profile.ts';
import { profilePicture } from './profile/picture.ts';
import type { Command, Row } from './row.ts';
import { rowsOf } from './rows/rows.ts';
import { findTool } from './tools.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), `crit-pipe-bench-${userInfo().uid}`) },
    quick: { type: 'boolean', default: false },
    row: { type: 'string', multiple: true, default: [] },
    svg: { type: 'string' },
  },
});

function isOurs(tool: string): boolean {
  return tool.startsWith('crit-');
}

/** The same command with the profiler on; its profile is the one file of the directory. */
function profiled([tool, ...rest]: Command, directory: string): Command {
  const path = findTool(tool);
  if (path === undefined) throw new Error(`${tool} is not built: npm run build`);
  return ['node', '--cpu-prof', '--cpu-prof-dir', directory, path, ...rest];
}

async function profilesOf(row: Row, folder: string, output: string): Promise<Profile[]> {
  for (const input of row.inputs) input.make();
  const directories = row.ours.commands.map((_, i) => join(folder, String(i)));
  const commands = row.ours.commands.map((command, i) =>
    isOurs(command[0]) ? profiled(command, directories[i] ?? '') : command,
  );
  await runPipeline({ ...row.ours, commands }, false);
  rmSync(output, { recursive: true, force: true });
  return row.ours.commands.flatMap(([tool], i) =>
    isOurs(tool) ? [profileOf(tool, readMain(directories[i] ?? ''))] : [],
  );
}

/** The profile of the main thread: names are `CPU.DAY.TIME.PID.THREAD.SEQUENCE.cpuprofile`. */
function readMain(directory: string): string {
  const name = readdirSync(directory).find((each) => each.split('.')[4] === '0');
  if (name === undefined) throw new Error('no profile was written');
  return readFileSync(join(directory, name), 'utf8');
}

mkdirSync(values.dir, { recursive: true, mode: 0o700 });
const inputs = inputsIn(join(values.dir, values.quick ? 'quick' : 'full'), values.quick ? QUICK : FULL);
const rows = rowsOf(inputs);
for (const name of values.row.length > 0 ? values.row : ['copy', 'map', 'grep-literal']) {
  const row = rows.find((each) => each.name === name);
  if (!row) throw new Error(`--row: ${name} is none of ${rows.map((each) => each.name).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'crit-bench-'));
  try {
    const profiles = await profilesOf(row, folder, inputs.output);
    for (const { command, seconds, parts } of profiles) {
      console.log(`${name}: ${command}, ${seconds.toFixed(2)} s`);
      for (const part of parts) console.log(`  ${(part.share * 100).toFixed(1).padStart(5)} %  ${part.name}`);
    }
    if (values.svg !== undefined) writeFileSync(join(values.svg, `profile-${name}.svg`), profilePicture(profiles));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
