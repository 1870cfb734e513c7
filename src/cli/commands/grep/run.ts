import { formatAddress } from '../../../checkpoint/vma.ts';
import { searchMemory, type Found, type Space } from '../../../memory/search-memory.ts';
import { CritError } from '../../../error.ts';
import type { Finder } from '../../../search/finder.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { asAsync, chosenMemory, inChunks, type ChosenMemory } from '../../io/memory-choice.ts';
import { numberOption } from '../../io/number-option.ts';
import { outputText } from '../../io/output-lines.ts';
import { jsonText } from '../../io/start-text.ts';
import type { Sought } from '../../io/pattern-choice.ts';
import { safeBytes, safeText } from '../../io/terminal.ts';
import { MOST_CONTEXT, questionOf } from './question.ts';
import { listRules, secretColumns, secretValue } from './secrets.ts';

/** How matches are shown. */
interface Show {
  readonly context: number;
  readonly isJson: boolean;
  /** Whether secrets are shown as they are. */
  readonly isOpen: boolean;
  /** Matches of a process, at most. */
  readonly most: number;
  /** Which of several checkpoints: the first column. */
  readonly checkpoint?: string;
}

/** `crit-grep` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  if (args.flag('list-rules')) {
    await outputText(asAsync(inChunks(listRules())));
    return EXIT_DONE;
  }
  const { finder, paths } = questionOf(args);
  const show: Show = {
    context: numberOption(args, 'context', 0, MOST_CONTEXT) ?? 0,
    isJson: args.flag('json'),
    isOpen: args.flag('show'),
    most: numberOption(args, 'max-count', 1) ?? Infinity,
  };
  const [path = '', ...others] = paths;
  if (others.length === 0) return (await search(args, path, finder, show)) ? EXIT_DONE : EXIT_NO;
  let code = EXIT_NO;
  for (const each of paths) {
    try {
      const isFound = await search(args, each, finder, { ...show, checkpoint: each });
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

/** An error of an image says which of the checkpoints it is in. */
function within(checkpoint: string, error: CritError): CritError {
  const { image = checkpoint } = error.place;
  if (image.startsWith(checkpoint)) return error.at({ image });
  return new CritError(error.code, error.reason, { ...error.place, image: `${checkpoint}: ${image}` }, error.cause);
}

/** Prints what one checkpoint has; gives whether that is anything. */
async function search(args: Arguments, path: string, finder: Finder<Sought>, show: Show): Promise<boolean> {
  const checkpoint = await openCheckpoint(args, path);
  try {
    const chosen = chosenMemory(args, checkpoint);
    const { memory, processes, chooses } = chosen;
    const isAll = !(['pid', 'vma', 'prot'] as const).some((name) => args.given(name));
    const spaces = searchMemory(memory, finder, { processes, chooses, isAll, context: show.context });
    const answer = { isFound: false };
    const isSummary = args.flag('count') || args.flag('list');
    const lines = isSummary
      ? summary(chosen, spaces, args.flag('list'), show, answer)
      : matchLines(spaces, show, answer);
    await outputText(asAsync(inChunks(lines)));
    if (!answer.isFound) checkAllWasThere(chosen, path);
    return answer.isFound;
  } finally {
    checkpoint.close();
  }
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

function* matchLines(
  spaces: Iterable<Space<Sought>>,
  show: Show,
  answer: { isFound: boolean },
): Generator<string, void, undefined> {
  for (const space of spaces) {
    let count = 0;
    for (const found of space.matches()) {
      answer.isFound = true;
      yield show.isJson ? jsonLine(valueOf(found, show), show) : textLine(textOf(found, show), show);
      if (++count >= show.most) break;
    }
  }
}

/** How many matches each process has, or which processes have one. */
function* summary(
  { processes }: ChosenMemory,
  spaces: Iterable<Space<Sought>>,
  isList: boolean,
  show: Show,
  answer: { isFound: boolean },
): Generator<string, void, undefined> {
  const counts = new Map(processes.map(({ pid, name }) => [pid, { name, count: 0 }]));
  let unmapped = 0;
  for (const space of spaces) {
    for (const { places } of space.matches()) {
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

function jsonLine(value: object, { checkpoint }: Show): string {
  return `${JSON.stringify(checkpoint === undefined ? value : { checkpoint, ...value })}\n`;
}

function textLine(text: string, { checkpoint }: Show): string {
  return `${checkpoint === undefined ? '' : `${safeText(checkpoint)}\t`}${text}\n`;
}

/** Columns: pid, name, area, address, match; with context before and behind it. */
function textOf({ places, shared, bytes, match: found }: Found<Sought>, { context, isOpen }: Show): string {
  const { start, end } = found;
  const [first, ...others] = places;
  const where = first
    ? [first.process.pid, safeText(first.process.name), safeText(first.vma.name), formatAddress(first.address)]
    : ['-', '-', safeText(shared?.name ?? ''), `+${formatAddress(shared?.offset ?? 0n)}`];
  const texts = [[start, end] as const, ...(context > 0 ? sides(bytes, start, end, context) : [])];
  const [match = '', before, behind] = texts.map(([from, to]) => safeBytes(bytes.subarray(from, to)));
  const shown = 'rule' in found ? secretColumns(found, bytes, isOpen) : [match, ...encodingColumn(found)];
  const also = others.map(({ process, address }) => `${process.pid}:${formatAddress(address)}`);
  return [
    ...where,
    ...(before === undefined ? shown : [before, ...shown, behind]),
    ...(also.length > 0 ? [`(also ${also.join(' ')})`] : []),
  ].join('\t');
}

/** In which encoding a text was found, where it is in one. */
function encodingColumn(match: Sought): string[] {
  return 'encoding' in match && match.encoding !== undefined ? [`(${match.encoding})`] : [];
}

function valueOf({ places, shared, bytes, match }: Found<Sought>, { context, isOpen }: Show): object {
  const { start, end } = match;
  const [first] = places;
  const users = places.map(({ process, vma, address }) => {
    return { pid: process.pid, vma: vma.name, address: formatAddress(address) };
  });
  const [before, behind] = sides(bytes, start, end, context);
  return {
    pid: first?.process.pid ?? null,
    comm: first?.process.name ?? null,
    vma: first?.vma.name ?? shared?.name,
    prot: first?.vma.prot ?? null,
    address: first ? formatAddress(first.address) : null,
    length: end - start,
    ...('rule' in match ? secretValue(match, bytes, isOpen) : { match: jsonText(bytes.subarray(start, end)) }),
    ...('encoding' in match && match.encoding !== undefined && { encoding: match.encoding }),
    ...(context > 0 &&
      before &&
      behind && {
        before: jsonText(bytes.subarray(...before)),
        after: jsonText(bytes.subarray(...behind)),
      }),
    ...(shared && { shmem: shared.id, offset: formatAddress(shared.offset), users }),
  };
}

/** What is wanted before and behind a match, as far as it is there. */
function sides(bytes: Buffer, start: number, end: number, context: number): [[number, number], [number, number]] {
  return [
    [Math.max(0, start - context), start],
    [end, Math.min(bytes.length, end + context)],
  ];
}
