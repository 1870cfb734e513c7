/** Debuggers as judges of core files. */
import { spawnSync } from 'node:child_process';

/** Why a program cannot be asked here; false where it can. */
export function without(program: string): string | false {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? false : `${program} is not installed`;
}

/** What a debugger prints for some commands, one after another: standard output and standard error. */
export function debug(program: string, args: readonly string[], commands: readonly string[]): string {
  const options = ['-nx', '-batch', '-iex', 'set debuginfod enabled off', '-iex', 'set auto-load safe-path /', ...args];
  const { stdout, stderr, error } = spawnSync(program, [...options, ...commands.flatMap((each) => ['-ex', each])], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C', DEBUGINFOD_URLS: '' },
  });
  if (error) throw error;
  return stdout + stderr;
}

/** Values of expressions in hexadecimal digits, as a debugger prints them of a core file. */
export function values(program: string, core: string, expressions: readonly string[]): Map<string, string> {
  const commands = expressions.flatMap((each) => [`echo ${each} = \\n`, `output/x ${each}`, 'echo \\n']);
  const lines = debug(program, ['-core', core], commands).split('\n');
  const found = new Map<string, string>();
  for (const each of expressions) {
    const index = lines.indexOf(`${each} = `);
    found.set(each, index < 0 ? 'not printed' : (lines[index + 1] ?? ''));
  }
  return found;
}
