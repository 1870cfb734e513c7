import { CritError } from './shipped.ts';
import type { Random } from './random.ts';

/** A part of the product, what is fed to it, and the laws that it must keep whatever that is. */
export interface Target {
  readonly name: string;
  /** A damaged input. */
  make(random: Random): Buffer;
  /** Feeds it. Throws where a law is broken. `scratch` is an empty directory, emptied again after each input. */
  run(input: Buffer, random: Random, scratch: string): void | Promise<void>;
}

/** Does some work; gives the refusal where it is refused by an error of the product. Everything else is thrown: it is a bug. */
export function attempt(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof CritError) return error;
    throw error;
  }
}

export async function attemptLater(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof CritError) return error;
    throw error;
  }
}

/** The bytes in chunks of random sizes. */
export function* inChunks(bytes: Buffer, random: Random): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(random.of([2, 16, 100, 5000]));
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
}
