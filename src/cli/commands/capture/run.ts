import { closeSync } from 'node:fs';
import { CritError, isSystemError } from '../../../error.ts';
import { capture } from '../../../live/capture.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { STANDARD_OUTPUT, errorLine, outputBytes, outputLines } from '../../io/output-lines.ts';
import { schemaOf } from '../../io/schema.ts';
import { drained } from './drained.ts';
import { FarEnd } from './far-end.ts';

/** `crit-capture` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const directory = args.operand('DIR') ?? '';
  const confirm = args.value('confirm');
  const farEnd = confirm === undefined ? undefined : new FarEnd(confirm);
  let isOutputOver = false;
  const take = async (lines: AsyncIterable<Buffer>): Promise<void> => {
    try {
      await outputLines(lines);
      await drained(STANDARD_OUTPUT);
    } catch (error) {
      // An error line has been written, or nobody reads it.
      isOutputOver = true;
      throw error;
    }
    // From here on the lines are complete: whatever becomes of CRIU, nobody shall throw them away.
    isOutputOver = true;
  };
  const wait = async (): Promise<void> => {
    // What is at the far end waits for the end of the lines.
    closeSync(STANDARD_OUTPUT);
    await farEnd?.confirmed();
  };
  let release = (): void => {};
  try {
    await capture(directory, take, {
      schema: await schemaOf(args),
      confirm: farEnd && wait,
      command: args.operands.length > 0 ? args.operands : undefined,
      onStart: (remove) => (release = cleanUpOnSignal(remove)),
      onWarning: (warning) => diagnostics.warn(warning.message),
      onListening: (options) => diagnostics.print(`start: criu dump ${options.join(' ')} ...\n`),
    });
  } catch (error) {
    if (isSystemError(error) && error.code === 'EPIPE') {
      throw new CritError('io', 'its reader has gone before the end: the processes live on', {
        image: 'standard output',
      });
    }
    if (!isOutputOver) await outputBytes([errorLine(error)]);
    throw error;
  } finally {
    release();
  }
  return EXIT_DONE;
}
