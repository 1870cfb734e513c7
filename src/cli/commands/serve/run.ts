import { CritError } from '../../../error.ts';
import { STANDARD_INPUT } from '../../../files/read-chunks.ts';
import { serveLines } from '../../../live/serve.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { inputChunks } from '../../io/inputs.ts';
import { isTerminal } from '../../io/is-terminal.ts';

/** `crit-serve` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  if (await isTerminal(STANDARD_INPUT)) throw new CritError('usage', 'lines are expected on standard input');
  let release = (): void => {};
  try {
    return await serveLines(args.operand('DIR') ?? '', inputChunks(['-']), {
      command: args.operands.length > 0 ? args.operands : undefined,
      temporary: args.value('tmp'),
      onStart: (remove) => (release = cleanUpOnSignal(remove)),
      onProblem: (error) => diagnostics.error(error),
      onListening: (options) => diagnostics.print(`start: criu restore ${options.join(' ')} ...\n`),
    });
  } finally {
    release();
  }
}
