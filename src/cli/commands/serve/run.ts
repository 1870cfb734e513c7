import { CritError } from '../../../error.ts';
import { STANDARD_INPUT } from '../../../files/read-chunks.ts';
import { serveCheckpoint, serveLines, type ServeOptions } from '../../../live/serve.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { inputChunks } from '../../io/inputs.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { archiveLimits } from '../../io/open-checkpoint.ts';
import { schemaOf } from '../../io/schema.ts';

/** `crit-serve` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const from = args.value('from');
  const directory = args.operand('DIR') ?? '';
  let release = (): void => {};
  const options: ServeOptions = {
    schema: await schemaOf(args),
    command: args.operands.length > 0 ? args.operands : undefined,
    temporary: args.value('tmp'),
    ...archiveLimits(args),
    onStart: (remove) => (release = cleanUpOnSignal(remove)),
    onWarning: (warning) => diagnostics.warn(warning.message),
    onProblem: (error) => diagnostics.error(error),
    onListening: (words) => diagnostics.print(`start: criu restore ${words.join(' ')} ...\n`),
  };
  try {
    if (from !== undefined) return await serveCheckpoint(directory, from, options);
    if (await isTerminal(STANDARD_INPUT)) throw new CritError('usage', 'lines are expected on standard input');
    return await serveLines(directory, inputChunks(['-']), options);
  } finally {
    release();
  }
}
