/** One of the parts into which something is divided, so that several processes can each take one. */
export interface Shard {
  /** Which one, from 1. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
}

/** The most parts. */
export const MOST_SHARDS = 65_536;
