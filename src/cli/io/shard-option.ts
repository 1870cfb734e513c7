import { CritError } from '../../error.ts';
import { MOST_SHARDS, type Shard } from '../../line/shard.ts';
import type { Arguments } from '../command/arguments.ts';

/** The value of `--shard K/N`, if it was given. Throws a CritError where it is none. */
export function shardOption(args: Arguments): Shard | undefined {
  const text = args.value('shard');
  if (text === undefined) return undefined;
  const [, number, of] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (number !== undefined && of !== undefined && number >= 1 && number <= of && of <= MOST_SHARDS)
    return { number, of };
  throw new CritError(
    'usage',
    `--shard ${text} is not K/N, such as 2/8: the K-th of N parts, of ${MOST_SHARDS} at most`,
  );
}
