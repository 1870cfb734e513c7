import type { Finding } from '../../../check/finding.ts';
import { formatJson } from '../../../codec/json.ts';
import { CritError } from '../../../error.ts';
import { checkpointsIn } from '../../../inspect/checkpoints-in.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { printText } from '../../io/output-target.ts';
import { answersOf, takeEach, threadsIn } from '../../io/several.ts';
import { smallHeap } from '../../io/small-heap.ts';
import { safeText } from '../../io/terminal.ts';
import { ask } from './ask.ts';
import { checkText } from './text.ts';

/** What is about one checkpoint alone. */
const OF_ONE = ['log', 'parent', 'page-size'] as const;

/** `crit-check` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  smallHeap();
  const offline = args.flag('offline');
  for (const name of ['root', 'criu']) {
    if (offline && args.given(name))
      throw new CritError('usage', `--offline looks at the images alone: --${name} goes without it`);
  }
  // What is asked for is checked before anything is read.
  threadsIn(args);
  const [path = '-', ...others] = args.operands;
  const inFolder = others.length === 0 ? checkpointsIn(path) : undefined;
  if (others.length === 0 && !inFolder) return printFindings(await ask(args, path), args);
  const stray = OF_ONE.find((name) => args.given(name));
  if (stray !== undefined) throw new CritError('usage', `--${stray} goes with one checkpoint`);
  const paths = inFolder ?? args.operands.flatMap((each) => checkpointsIn(each) ?? [each]);
  const answers = answersOf('crit-check', args, paths, ask);
  return takeEach(paths, answers, diagnostics, (findings, each) => printFindings(findings, args, each));
}

/** Of several checkpoints, each line says whose it is. */
async function printFindings(findings: readonly Finding[], args: Arguments, checkpoint?: string): Promise<number> {
  const name = checkpoint === undefined ? '' : `${safeText(checkpoint)}: `;
  const lines = args.flag('json')
    ? findings.map((each) => formatJson(checkpoint === undefined ? each : { checkpoint, ...each }))
    : [...checkText(findings)].map((line) => name + line);
  if (lines.length > 0) await printText(`${lines.join('\n')}\n`);
  return findings.every(({ severity }) => severity === 'note') ? EXIT_DONE : EXIT_NO;
}
