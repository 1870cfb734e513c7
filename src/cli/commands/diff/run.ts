import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import { formatJson } from '../../../codec/json.ts';
import { CheckpointDiff } from '../../../diff/diff-checkpoints.ts';
import { KINDS, type Difference, type Kind } from '../../../diff/difference.ts';
import { CritError } from '../../../error.ts';
import { closeAll } from '../../../files/close-all.ts';
import { didYouMean } from '../../../nearest.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_NO } from '../../command/command.ts';
import { asAsync, inChunks } from '../../io/memory-choice.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { outputBytes, STANDARD_OUTPUT } from '../../io/output-lines.ts';
import { paintFor } from '../../io/colors.ts';
import { smallHeap } from '../../io/small-heap.ts';
import { statText } from './stat-text.ts';
import { diffText } from './text.ts';

/** `crit-diff` */
export async function run(args: Arguments): Promise<number> {
  smallHeap();
  const paths = [args.operand('A') ?? '', args.operand('B') ?? ''];
  if (paths.every((path) => path === '-')) throw new CritError('usage', 'only one checkpoint can be standard input');
  if (args.flag('stat') && args.given('only'))
    throw new CritError('usage', '--stat is about memory: --only goes without it');
  const opened: Checkpoint[] = [];
  try {
    for (const path of paths) opened.push(await openCheckpoint(args, path));
    const [before, after] = opened;
    if (!before || !after) throw new CritError('usage', 'two checkpoints are compared');
    return await compare(before, after, args);
  } finally {
    closeAll(opened);
  }
}

async function compare(before: Checkpoint, after: Checkpoint, args: Arguments): Promise<number> {
  const isStat = args.flag('stat');
  const paint = await paintFor(args.value('color') ?? 'auto', STANDARD_OUTPUT);
  const diff = new CheckpointDiff(before, after, {
    only: isStat ? ['memory'] : kindsOf(args),
    all: args.flag('all'),
    duplicates: isStat,
  });
  let count = 0;
  const counted = function* (): Generator<Difference, void, undefined> {
    for (const difference of diff.differences()) {
      count++;
      if (!isStat) yield difference;
    }
  };
  const isJson = args.flag('json');
  const lines = function* (): Generator<string, void, undefined> {
    if (isJson) for (const difference of counted()) yield `${formatJson(difference)}\n`;
    else yield* diffText(counted(), { paint, nameOf: (pid) => diff.nameOf(pid) });
    if (isStat) yield isJson ? `${formatJson(diff.totals())}\n` : statText(diff.totals());
  };
  await outputBytes(asAsync(inChunks(lines())));
  return count === 0 ? EXIT_DONE : EXIT_NO;
}

/** The kinds that are asked for; undefined for the usual ones. */
function kindsOf(args: Arguments): Kind[] | undefined {
  const more = (['bytes', 'strings', 'registers'] as const).filter((kind) => args.flag(kind));
  const words = args.values('only').flatMap((value) => value.split(','));
  if (words.length === 0) {
    if (more.length === 0) return undefined;
    return [...KINDS.filter((kind) => !['bytes', 'strings', 'registers', 'statistics'].includes(kind)), ...more];
  }
  const kinds = words.map((word) => {
    const kind = KINDS.find((each) => each === word);
    if (!kind) throw new CritError('usage', `--only ${word} is none of ${KINDS.join(', ')}${didYouMean(word, KINDS)}`);
    return kind;
  });
  return [...kinds, ...more];
}
