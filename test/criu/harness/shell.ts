import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture } from '../setup/capture.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Where the commands are: those of the repository, or of a copy that is to be found wrong. */
function commands(): string {
  return process.env['CRIT_PIPE_BIN'] ?? join(repository, 'bin');
}

/** Runs a command line as a person would, in a folder, with our commands in reach; any part that fails is an error. */
export async function shell(folder: string, line: string): Promise<string> {
  const env = { ...process.env, PATH: `${commands()}:${process.env['PATH'] ?? ''}` };
  // With a socket as standard input, which is what Node gives, bash reads the user's own start file, which may wait for others.
  return capture('bash', ['--norc', '-o', 'pipefail', '-e', '-c', `cd "$0"; ${line}`, folder], { env });
}
