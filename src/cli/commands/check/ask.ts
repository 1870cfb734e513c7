import { checkRestore, explainRestore } from '../../../check/check.ts';
import type { Finding } from '../../../check/finding.ts';
import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';

/** What is found of one checkpoint. */
export async function ask(args: Arguments, path: string): Promise<readonly Finding[]> {
  const log = args.value('log');
  if (log === '-' && path === '-') throw new CritError('usage', 'standard input is the log: name the checkpoint');
  const checkpoint = await openCheckpoint(args, path);
  try {
    const options = { offline: args.flag('offline'), root: args.value('root'), criu: args.value('criu') };
    return await (log === undefined ? checkRestore(checkpoint, options) : explainRestore(checkpoint, log, options));
  } finally {
    checkpoint.close();
  }
}
