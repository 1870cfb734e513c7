import { formatAddress } from '../../../checkpoint/vma.ts';
import { searchMemory, type Found, type Space } from '../../../memory/search-memory.ts';
import { CritError } from '../../../error.ts';
import type { Finder } from '../../../search/finder.ts';
import { finderOf, stringsFinder } from '../../../search/text-finder.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import { asAsync, chosenMemory, inChunks, type ChosenMemory } from '../../io/memory-choice.ts';
import { outputBytes } from '../../io/output-lines.ts';
import { jsonText } from '../../io/start-text.ts';
import { safeBytes, safeText } from '../../io/terminal.ts';

const USUAL_STRING = 4;
const MOST_CONTEXT = 4096;

/** How matches are shown. */
interface Show {
  readonly context: number;
  readonly isJson: boolean;
  /** Matches of a process, at most. */
  readonly most: number;
}

/** `crit-grep` */
export async function run(args: Arguments): Promise<number> {
  const { finder, directory } = questionOf(args);
  const show: Show = {
    context: numberOf(args, 'context', 0, 0, MOST_CONTEXT),
    isJson: args.flag('json'),
    most: numberOf(args, 'max-count', Infinity, 1, Number.MAX_SAFE_INTEGER),
  };
  const checkpoint = await openCheckpoint(args, directory);
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
    await outputBytes(asAsync(inChunks(lines)));
    return answer.isFound ? EXIT_DONE : EXIT_NO;
  } finally {
    checkpoint.close();
  }
}

/** What is looked for, and where: the first operand is a pattern where no option says what. */
function questionOf(args: Arguments): { finder: Finder; directory: string } {
  const operands = [...args.operands];
  const patterns = [...args.values('regexp')];
  const isStrings = args.flag('strings');
  if (patterns.length === 0 && !isStrings) patterns.push(operands.shift() ?? '');
  const [directory] = operands;
  if (directory === undefined) throw new CritError('usage', 'DIR is missing');
  if (operands.length > 1) throw new CritError('usage', `one checkpoint at a time: ${operands.join(', ')}`);
  const kinds = (['text', 'hex', 'utf16'] as const).filter((kind) =>
    args.flag(kind === 'text' ? 'fixed-strings' : kind),
  );
  const [kind] = kinds.filter((each) => each !== 'text' || kinds.length === 1);
  if (kinds.includes('hex') && kinds.includes('utf16'))
    throw new CritError('usage', '--hex and --utf16 exclude each other');
  if (!isStrings) {
    if (args.given('bytes')) throw new CritError('usage', '-n goes with --strings');
    return { finder: finderOf(patterns, { kind, ignoreCase: args.flag('ignore-case') }), directory };
  }
  if (patterns.length > 0 || kind) throw new CritError('usage', '--strings prints all text: no pattern goes with it');
  return { finder: stringsFinder(numberOf(args, 'bytes', USUAL_STRING, 1, MOST_CONTEXT)), directory };
}

function numberOf(args: Arguments, name: string, usual: number, least: number, most: number): number {
  const text = args.value(name);
  if (text === undefined) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new CritError('usage', `--${name} ${text} is not a number from ${least} to ${most}`);
  }
  return value;
}

function* matchLines(
  spaces: Iterable<Space>,
  show: Show,
  answer: { isFound: boolean },
): Generator<string, void, undefined> {
  for (const space of spaces) {
    let count = 0;
    for (const found of space.matches()) {
      answer.isFound = true;
      yield show.isJson ? `${JSON.stringify(valueOf(found, show.context))}\n` : `${textOf(found, show.context)}\n`;
      if (++count >= show.most) break;
    }
  }
}

/** How many matches each process has, or which processes have one. */
function* summary(
  { processes }: ChosenMemory,
  spaces: Iterable<Space>,
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
    if (show.isJson) return `${JSON.stringify({ pid, comm: name, ...(!isList && { count }) })}\n`;
    return `${[pid ?? '-', pid === null ? '-' : safeText(name), ...(isList ? [] : [count])].join('\t')}\n`;
  };
  for (const [pid, { name, count }] of counts) if (!isList || count > 0) yield line(pid, name, count);
  if (unmapped > 0) yield line(null, '', unmapped);
}

/** Columns: pid, name, area, address, match; with context before and behind it. */
function textOf({ places, shared, bytes, start, end }: Found, context: number): string {
  const [first, ...others] = places;
  const where = first
    ? [first.process.pid, safeText(first.process.name), safeText(first.vma.name), formatAddress(first.address)]
    : ['-', '-', safeText(shared?.name ?? ''), `+${formatAddress(shared?.offset ?? 0n)}`];
  const texts = [[start, end] as const, ...(context > 0 ? sides(bytes, start, end, context) : [])];
  const [match = '', before, behind] = texts.map(([from, to]) => safeBytes(bytes.subarray(from, to)));
  const also = others.map(({ process, address }) => `${process.pid}:${formatAddress(address)}`);
  return [
    ...where,
    ...(before === undefined ? [match] : [before, match, behind]),
    ...(also.length > 0 ? [`(also ${also.join(' ')})`] : []),
  ].join('\t');
}

function valueOf({ places, shared, bytes, start, end }: Found, context: number): object {
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
    match: jsonText(bytes.subarray(start, end)),
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
