import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { viewOf } from './explore.ts';
import { asAsync, inChunks } from '../../io/memory-choice.ts';
import { outputText } from '../../io/output-lines.ts';
import { smallHeap } from '../../io/small-heap.ts';

/** `crit x` */
export async function run(args: Arguments): Promise<number> {
  const what = args.operand('WHAT') ?? '';
  if (args.flag('json') && args.flag('ndjson')) throw new CritError('usage', '--json and --ndjson exclude each other');
  if ((args.flag('args') || args.flag('env')) && what !== 'ps')
    throw new CritError('usage', '--args and --env go with ps');
  const explore = viewOf(what);
  smallHeap();
  const checkpoint = await openCheckpoint(args, args.operand('DIR|ARCHIVE') ?? '');
  try {
    const lines = explore(checkpoint, {
      form: args.flag('json') ? 'json' : args.flag('ndjson') ? 'ndjson' : 'text',
      args: args.flag('args'),
      env: args.flag('env'),
    });
    await outputText(asAsync(inChunks(lines)));
  } finally {
    checkpoint.close();
  }
  return EXIT_DONE;
}
