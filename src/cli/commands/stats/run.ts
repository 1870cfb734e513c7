import { decidePreCopy, type PreCopyOptions, type PreCopyRule } from '../../../stats/pre-copy.ts';
import { USUAL_PAGE_SIZE } from '../../../checkpoint/page-size.ts';
import { readDumpStats } from '../../../checkpoint/statistics.ts';
import { CritError } from '../../../error.ts';
import { didYouMean } from '../../../nearest.ts';
import { formatJson } from '../../../codec/json.ts';
import type { Arguments } from '../../command/arguments.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { answersOf, takeEach } from '../../io/several.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import { numberOption } from '../../io/number-option.ts';
import { printText } from '../../io/output-target.ts';
import { ask, withStatistics } from './ask.ts';
import { statsTable, type NamedStats } from './text.ts';
import { safeText } from '../../io/terminal.ts';

const RULES: readonly PreCopyRule[] = ['lxd', 'phaul'];
/** What has a meaning only for the decision. */
const DECISION_OPTIONS = ['previous', 'iteration', 'max', 'goal', 'include-shmem'];

/** `crit-stats` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const paths = args.operands.length > 0 ? args.operands : ['-'];
  const rule = args.value('pre-copy');
  if (rule !== undefined) return decide(rule, paths, args);
  const stray = DECISION_OPTIONS.find((name) => args.given(name));
  if (stray !== undefined) throw new CritError('usage', `--${stray} goes with --pre-copy`);
  const all: NamedStats[] = [];
  const code = await takeEach(paths, answersOf('crit-stats', args, paths, ask), diagnostics, (named) => {
    all.push(named);
    return EXIT_DONE;
  });
  if (args.flag('json')) {
    await printText(all.map(({ path, stats }) => `${JSON.stringify({ path, ...stats })}\n`).join(''));
  } else {
    const shown = all.map(({ path, stats }) => ({ path: safeText(path), stats }));
    await printText(statsTable(shown, numberOption(args, 'page-size', 512) ?? USUAL_PAGE_SIZE));
  }
  return code;
}

async function decide(name: string, paths: readonly string[], args: Arguments): Promise<number> {
  const rule = RULES.find((each) => each === name);
  if (!rule) throw new CritError('usage', `no rule ${name}, but ${RULES.join(' and ')}${didYouMean(name, RULES)}`);
  const [path = '-', second] = paths;
  if (second !== undefined) throw new CritError('usage', `one directory is decided by, but there is ${second} too`);
  if (rule !== 'lxd' && args.given('goal')) throw new CritError('usage', '--goal is of the rule lxd alone');
  const previous = args.value('previous');
  const iteration = numberOption(args, 'iteration', 0);
  const options: PreCopyOptions = {
    rule,
    iteration,
    max: numberOption(args, 'max', 0),
    goal: numberOption(args, 'goal', 0),
    includeShmem: args.flag('include-shmem'),
    previous: previous === undefined ? undefined : await withStatistics(args, previous, readDumpStats),
  };
  const stats = await withStatistics(args, path, readDumpStats);
  const { final, reason, written, skipped, percent, growth } = decidePreCopy(stats, options);
  const line = {
    final,
    reason,
    rule,
    iteration,
    percent,
    growth,
    pages_written: written,
    pages_skipped_parent: skipped,
  };
  await printText(`${formatJson(line)}\n`);
  return final ? EXIT_DONE : EXIT_NO;
}
