/** Shards: lines of a part of a checkpoint, between a line that says which part it is and one that says that it is complete. */
import { isObject } from '../codec/json.ts';
import { CritError } from '../error.ts';

/** One of the parts into which something is divided, so that several processes can each take one. */
export interface Shard {
  /** Which one, from 1. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
}

/** A part of a checkpoint. */
export interface ShardMark extends Shard {
  /** What tells the checkpoint from others. */
  readonly checkpoint: string;
}

/** The value of `shard` in a line. */
export interface ShardJson {
  number: number;
  of: number;
  checkpoint: string;
  /** In the last line of a shard. */
  complete?: true;
}

/** The most parts. */
export const MOST_SHARDS = 65_536;
/** The most characters of what tells checkpoints apart. */
const MARK_LIMIT = 256;

/** The line before the lines of a shard, and the one behind them. */
export function shardLine({ number, of, checkpoint }: ShardMark, isComplete: boolean): string {
  const shard: ShardJson = { number, of, checkpoint, ...(isComplete && { complete: true }) };
  return `${JSON.stringify({ shard })}\n`;
}

/** Whether a value is that of `shard` in a line. */
export function isShardJson(value: unknown): value is ShardJson {
  if (!isObject(value)) return false;
  const { number, of, checkpoint, complete, ...others } = value;
  return (
    isCount(number) &&
    isCount(of) &&
    number <= of &&
    typeof checkpoint === 'string' &&
    checkpoint.length <= MARK_LIMIT &&
    (complete === undefined || complete === true) &&
    Object.keys(others).length === 0
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_SHARDS;
}

/** Sees that shards that are read one after another are one checkpoint: each of them once, whole, in any order. */
export class ShardJoin {
  readonly #isOrdered: boolean;
  #first: ShardJson | undefined;
  #open: ShardJson | undefined;
  readonly #come = new Set<number>();
  #hasOthers = false;

  /** `isOrdered`: whether they must come in their order. */
  constructor(isOrdered: boolean) {
    this.#isOrdered = isOrdered;
  }

  /** Takes the value of a line's `shard`. Throws a CritError where the shard does not belong there. */
  take(value: unknown): void {
    if (!isShardJson(value))
      throw new CritError('line', '"shard" must have number, of (1 to 65536), checkpoint, and may have complete: true');
    const open = this.#open;
    if (value.complete) {
      if (!open || !isSame(open, value) || open.number !== value.number)
        throw new CritError('sequence', `the end of ${name(value)}, whose beginning is missing`);
      this.#open = undefined;
      return;
    }
    if (open) throw cutOff(open);
    if (this.#hasOthers) throw new CritError('sequence', `${name(value)} behind lines of no shard`);
    const first = (this.#first ??= value);
    if (value.of !== first.of)
      throw new CritError(
        'sequence',
        `${name(value)}, where ${name(first)} came before: they must be parts of as many`,
      );
    if (!isSame(first, value))
      throw new CritError('sequence', `${name(value)} is of another checkpoint than the shards before it`);
    if (this.#come.has(value.number)) throw new CritError('sequence', `${name(value)} comes twice`);
    if (this.#isOrdered && value.number !== this.#come.size + 1) {
      const hint = 'this output takes shards in their order: cat them so, or use -C DIR, which takes any';
      throw new CritError('sequence', `${name(value)}, where shard ${this.#come.size + 1} comes next: ${hint}`);
    }
    this.#come.add(value.number);
    this.#open = value;
  }

  /** Takes a line of an image. Throws a CritError where it is of no shard among shards. */
  line(): void {
    if (this.#open) return;
    if (this.#first)
      throw new CritError('sequence', 'a line of no shard among shards: between two, or behind the last');
    this.#hasOthers = true;
  }

  /** All lines have come. Throws a CritError where shards are missing. */
  end(): void {
    if (this.#open) throw cutOff(this.#open);
    const { of = 0 } = this.#first ?? {};
    if (this.#come.size === of) return;
    const missing: number[] = [];
    for (let number = 1; number <= of && missing.length < 4; number++)
      if (!this.#come.has(number)) missing.push(number);
    const count = of - this.#come.size;
    const some = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ', ..' : '');
    throw new CritError('truncated', `${count} of ${of} shards ${count === 1 ? 'is' : 'are'} missing: ${some}`);
  }
}

function isSame(a: ShardJson, b: ShardJson): boolean {
  return a.of === b.of && a.checkpoint === b.checkpoint;
}

function name({ number, of }: Shard): string {
  return `shard ${number} of ${of}`;
}

function cutOff(shard: Shard): CritError {
  return new CritError('truncated', `${name(shard)} was cut off: its last line is missing`);
}
