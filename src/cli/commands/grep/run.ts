import { searchMemory, type Space } from '../../../memory/search-memory.ts';
import { isMemoryImage } from '../../../memory/memory-images.ts';
import type { ProcessMemory } from '../../../memory/process-memory.ts';
import { spacesOfShard } from '../../../memory/search-shard.ts';
import { CritError } from '../../../error.ts';
import { ReadAhead } from '../../../files/read-ahead.ts';
import type { Finder } from '../../../search/finder.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { asAsync, chosenMemory, inChunks, type ChosenMemory } from '../../io/memory-choice.ts';
import { listOf } from '../../io/inputs.ts';
import { numberOption, sizeOption } from '../../io/number-option.ts';
import { shardOption } from '../../io/shard-option.ts';
import { outputText } from '../../io/output-lines.ts';
import { givenRules, type Sought } from '../../io/pattern-choice.ts';
import { within } from '../../io/several.ts';
import { safeText } from '../../io/terminal.ts';
import { smallHeap } from '../../io/small-heap.ts';
import { MOST_CONTEXT, questionOf } from './question.ts';
import { listRules } from './secrets.ts';
import { jsonLine, textLine, textOf, valueOf, type Show } from './show.ts';

/** Options that choose memory. */
const CHOICES = ['pid', 'vma', 'prot'] as const;

/** Options that ask for more than a shard knows. */
const WHOLE = ['count', 'list', 'max-count'] as const;

/** `crit-grep` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  smallHeap();
  if (args.flag('list-rules')) {
    await outputText(asAsync(inChunks(listRules(givenRules(args, diagnostics)))));
    return EXIT_DONE;
  }
  const choice = CHOICES.find((name) => args.given(name));
  if (args.flag('all') && choice)
    throw new CritError('usage', `--all looks at everything: --${choice} does not go with it`);
  const shard = shardOption(args);
  const whole = shard && WHOLE.find((name) => args.given(name));
  if (whole !== undefined) throw new CritError('usage', `--${whole} asks about whole processes: --shard gives parts`);
  const { finder, paths } = questionOf(args, diagnostics);
  const show: Show = {
    context: numberOption(args, 'context', 0, MOST_CONTEXT) ?? 0,
    isJson: args.flag('json'),
    isOpen: args.flag('show'),
    most: numberOption(args, 'max-count', 1) ?? Infinity,
  };
  const [path = '', ...others] = paths;
  if (others.length === 0) return (await search(args, path, finder, show, diagnostics)) ? EXIT_DONE : EXIT_NO;
  let code = EXIT_NO;
  for (const each of paths) {
    try {
      const isFound = await search(args, each, finder, { ...show, checkpoint: each }, diagnostics);
      if (isFound && code === EXIT_NO) code = EXIT_DONE;
    } catch (error) {
      // As grep does: the others are searched, and what failed is not forgotten.
      if (!(error instanceof CritError)) throw error;
      diagnostics.error(within(each, error));
      code = EXIT_FAILED;
    }
  }
  return code;
}

/** Prints what one checkpoint has; gives whether that is anything. */
async function search(
  args: Arguments,
  path: string,
  finder: Finder<Sought>,
  show: Show,
  diagnostics: Diagnostics,
): Promise<boolean> {
  if (path !== '-' || !args.flag('all')) return searchIn(args, path, finder, show, diagnostics);
  // All of it is read twice: memory by address, then everything else.
  const { withSpooledInput } = await import('../../io/spooled-input.ts');
  return withSpooledInput(sizeOption(args, 'max-unpacked'), (file) => searchIn(args, file, finder, show, diagnostics));
}

async function searchIn(
  args: Arguments,
  path: string,
  finder: Finder<Sought>,
  show: Show,
  diagnostics: Diagnostics,
): Promise<boolean> {
  const isEverything = args.flag('all');
  const allowed = allowances(args);
  const checkpoint = await openCheckpoint(args, path, {
    mayMissParent: allowed.has('parent'),
    // What --all looks at beside memory is read from the archive itself.
    wanted: isMemoryImage,
  });
  const ahead = new ReadAhead();
  try {
    const chosen = chosenMemory(args, checkpoint);
    const { memory, processes, chooses } = chosen;
    const isAll = !CHOICES.some((name) => args.given(name));
    const everywhere = searchMemory(memory, finder, {
      processes,
      chooses,
      isAll,
      outside: isEverything,
      context: show.context,
      ahead,
    });
    const shard = shardOption(args);
    const spaces = shard ? spacesOfShard(everywhere, shard, memory.pageSize) : everywhere;
    const answer = { isFound: false };
    const isSummary = args.flag('count') || args.flag('list');
    const lines = isSummary
      ? summary(chosen, spaces, args.flag('list'), show, answer)
      : matchLines(spaces, show, answer);
    await outputText(whenReady(inChunks(lines), ahead));
    // What is not memory follows it: the last shard has it.
    if (isEverything && shard?.number === shard?.of) {
      const { printElsewhere } = await import('./elsewhere.ts');
      const found = await printElsewhere(args, checkpoint, finder, show, diagnostics);
      answer.isFound ||= found;
    }
    if (!answer.isFound && !allowed.has('lazy')) checkAllWasThere(chosen, path);
    return answer.isFound;
  } finally {
    ahead.close();
    checkpoint.close();
  }
}

const ALLOWANCES = ['lazy', 'parent'] as const;

/** What may be missing where nothing is found. */
function allowances(args: Arguments): ReadonlySet<string> {
  const names = listOf(args.values('allow'));
  const stray = names.find((name) => !ALLOWANCES.some((each) => each === name));
  if (stray !== undefined) throw new CritError('usage', `--allow ${stray}: lazy or parent is expected`);
  return new Set(names);
}

/** "Not found" is said only where all that was to be searched is in the images. */
function checkAllWasThere({ memory, processes }: ChosenMemory, path: string): void {
  const stores = [...processes, ...memory.shared].map(({ store }) => store);
  const lazy = stores.reduce((sum, store) => sum + (store?.pagemap.totals.lazy ?? 0), 0);
  if (lazy === 0) return;
  throw new CritError(
    'io',
    `nothing found, but ${lazy} pages were left to a lazy-pages server and could not be searched`,
    {
      image: path,
    },
  );
}

/** What was made, and where nothing could be made before more is read, the wait for that. */
async function* whenReady(
  chunks: Iterable<Buffer | undefined>,
  ahead: ReadAhead,
): AsyncGenerator<Buffer, void, undefined> {
  for (const chunk of chunks) {
    if (chunk) yield chunk;
    else await ahead.ready();
  }
}

/** Lines of matches; undefined asks to wait for what is being read ahead. */
function* matchLines(
  spaces: Iterable<Space<Sought, undefined>>,
  show: Show,
  answer: { isFound: boolean },
): Generator<string | undefined, void, undefined> {
  let count = 0;
  let process: ProcessMemory | undefined;
  for (const space of spaces) {
    if (!process || space.process !== process) count = 0;
    ({ process } = space);
    if (count >= show.most) continue;
    for (const found of space.matches()) {
      if (!found) {
        yield undefined;
        continue;
      }
      answer.isFound = true;
      yield show.isJson ? jsonLine(valueOf(found, show), show) : textLine(textOf(found, show), show);
      if (++count >= show.most) break;
    }
  }
}

/** How many matches each process has, or which processes have one. */
function* summary(
  { processes }: ChosenMemory,
  spaces: Iterable<Space<Sought, undefined>>,
  isList: boolean,
  show: Show,
  answer: { isFound: boolean },
): Generator<string | undefined, void, undefined> {
  const counts = new Map(processes.map(({ pid, name }) => [pid, { name, count: 0 }]));
  let unmapped = 0;
  for (const space of spaces) {
    for (const found of space.matches()) {
      if (!found) {
        yield undefined;
        continue;
      }
      const { places } = found;
      answer.isFound = true;
      if (places.length === 0) unmapped++;
      for (const pid of new Set(places.map(({ process }) => process.pid))) {
        const entry = counts.get(pid);
        if (entry && entry.count < show.most) entry.count++;
      }
      if (space.process && (isList || (counts.get(space.process.pid)?.count ?? 0) >= show.most)) break;
    }
  }
  const line = (pid: number | null, name: string, count: number): string => {
    if (show.isJson) return jsonLine({ pid, comm: name, ...(!isList && { count }) }, show);
    return textLine([pid ?? '-', pid === null ? '-' : safeText(name), ...(isList ? [] : [count])].join('\t'), show);
  };
  for (const [pid, { name, count }] of counts) if (!isList || count > 0) yield line(pid, name, count);
  if (unmapped > 0) yield line(null, '', unmapped);
}
