import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openSource, type Source } from '../../../checkpoint/source.ts';
import { mayBeArchive } from '../../../container/may-be-archive.ts';
import { decidePreCopy, type PreCopyOptions, type PreCopyRule } from '../../../stats/pre-copy.ts';
import { USUAL_PAGE_SIZE } from '../../../checkpoint/page-size.ts';
import { DUMP_STATISTICS, RESTORE_STATISTICS, readDumpStats, readStatistics } from '../../../checkpoint/statistics.ts';
import { CritError, placed } from '../../../error.ts';
import { didYouMean } from '../../../nearest.ts';
import { formatJson } from '../../../codec/json.ts';
import type { Arguments } from '../../command/arguments.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { askEach } from '../../io/several.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import { numberOption } from '../../io/number-option.ts';
import { printText } from '../../io/output-target.ts';
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
  const code = await askEach(paths, diagnostics, async (path) => {
    all.push({ ...(await withStatistics(path, readNamed)), path });
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

/** Asks for the statistics that a path names; of an archive or of standard input, a directory with its statistics. */
async function withStatistics<T>(path: string, ask: (path: string) => T): Promise<T> {
  if (path !== '-' && !mayBeArchive(path)) return ask(path);
  const wanted = (image: string): boolean => basename(image).startsWith('stats-');
  let source: Source | undefined;
  try {
    source = await openSource(path, { wanted, fileName: DUMP_STATISTICS, onUnpack: cleanUpOnSignal });
    // Engines put them beside the images, or where their own files are.
    const [found] = (source.members ?? []).filter(({ image }) => wanted(image)).map(({ image }) => dirname(image));
    return ask(join(source.top, found ?? '.'));
  } catch (error) {
    // The directory is private: what the user named is known.
    throw error instanceof CritError ? new CritError(error.code, error.reason, { image: path }, error.cause) : error;
  } finally {
    source?.close();
  }
}

/** The statistics of a file, or both kinds that a directory has. */
function readNamed(path: string): NamedStats {
  if (!isDirectory(path)) return { path, stats: readStatistics(path) };
  const found = [DUMP_STATISTICS, RESTORE_STATISTICS]
    .map((name) => join(path, name))
    .filter((file) => existsSync(file));
  if (found.length === 0)
    throw new CritError('io', `has neither ${DUMP_STATISTICS} nor ${RESTORE_STATISTICS}`, { image: path });
  const [first, second] = found.map((each) => readStatistics(each));
  return { path, stats: { ...first, ...second } };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw placed(error, { image: path });
  }
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
    previous: previous === undefined ? undefined : await withStatistics(previous, readDumpStats),
  };
  const stats = await withStatistics(path, readDumpStats);
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
