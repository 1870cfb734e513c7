import { checkRestore, explainRestore } from '../../../check/check.ts';
import { formatJson } from '../../../codec/json.ts';
import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { printText } from '../../io/output-target.ts';
import { checkText } from './text.ts';

/** `crit-check` */
export async function run(args: Arguments): Promise<number> {
  const offline = args.flag('offline');
  for (const name of ['root', 'criu']) {
    if (offline && args.given(name))
      throw new CritError('usage', `--offline looks at the images alone: --${name} goes without it`);
  }
  const path = args.operand('DIR|ARCHIVE') ?? '-';
  const log = args.value('log');
  if (log === '-' && path === '-') throw new CritError('usage', 'standard input is the log: name the checkpoint');
  const checkpoint = await openCheckpoint(args, path);
  try {
    const options = { offline, root: args.value('root'), criu: args.value('criu') };
    const findings = await (log === undefined
      ? checkRestore(checkpoint, options)
      : explainRestore(checkpoint, log, options));
    const lines = args.flag('json') ? findings.map((each) => formatJson(each)) : [...checkText(findings)];
    if (lines.length > 0) await printText(`${lines.join('\n')}\n`);
    return findings.every(({ severity }) => severity === 'note') ? EXIT_DONE : EXIT_NO;
  } finally {
    checkpoint.close();
  }
}
