import { inspect } from '../../../inspect/inspect.ts';
import { formatJson } from '../../../codec/json.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { pageSizeIn } from '../../io/open-checkpoint.ts';
import { schemaOf } from '../../io/schema.ts';
import { inspectText } from './text.ts';
import { printText } from '../../io/output-target.ts';

/** `crit-inspect` */
export async function run(args: Arguments): Promise<number> {
  const all = args.flag('all');
  const found = await inspect(args.operand('DIR|ARCHIVE') ?? '-', {
    descriptors: all || args.flag('files') || args.flag('json'),
    schema: await schemaOf(args),
    pageSize: pageSizeIn(args),
    parents: args.values('parent'),
    onUnpack: cleanUpOnSignal,
  });
  const options = {
    files: all || args.flag('files'),
    sockets: all || args.flag('sockets'),
    mounts: all || args.flag('mounts'),
    annotations: all || args.flag('annotations'),
  };
  await printText(args.flag('json') ? `${formatJson(found)}\n` : `${[...inspectText(found, options)].join('\n')}\n`);
  return EXIT_DONE;
}
