/** The same question to several checkpoints: each is named, and where one fails, the others are asked all the same. */
import { CritError, placed } from '../../error.ts';
import type { Arguments } from '../command/arguments.ts';
import { EXIT_DONE, EXIT_FAILED } from '../command/command.ts';
import type { Diagnostics } from './diagnostics.ts';
import { numberOption } from './number-option.ts';

const MOST_THREADS = 64;

/** Asks one; in a thread, too, so that arguments and answer are what threads can tell each other. */
export type Ask<T> = (args: Arguments, path: string) => Promise<T>;

/** The answers of all, or the errors in their place, in the order of the paths. */
export async function* answersOf<T>(
  command: string,
  args: Arguments,
  paths: readonly string[],
  ask: Ask<T>,
): AsyncGenerator<T | CritError, void, undefined> {
  const threads = threadsIn(args);
  if (threads > 1 && paths.length > 1) {
    const { inThreads } = await import('./in-threads.ts');
    yield* inThreads<T>(paths, threads, { command, argv: args.argv });
    return;
  }
  for (const path of paths) yield await answerOf(ask, args, path);
}

/** What --jobs says, which is checked where there is one checkpoint as well. */
export function threadsIn(args: Arguments): number {
  return numberOption(args, 'jobs', 1, MOST_THREADS) ?? 1;
}

/** The answer of one, or the error in its place. */
export async function answerOf<T>(ask: Ask<T>, args: Arguments, path: string): Promise<T | CritError> {
  try {
    return await ask(args, path);
  } catch (error) {
    const known = placed(error);
    if (known instanceof CritError) return known;
    throw error;
  }
}

/** Takes the answers; gives the worst of the exit codes, and says what failed. */
export async function takeEach<T>(
  paths: readonly string[],
  answers: AsyncIterable<T | CritError>,
  diagnostics: Diagnostics,
  take: (answer: T, path: string) => number | Promise<number>,
): Promise<number> {
  let code = EXIT_DONE;
  let index = 0;
  for await (const answer of answers) {
    const path = paths[index++] ?? '';
    if (answer instanceof CritError) {
      diagnostics.error(within(path, answer));
      code = EXIT_FAILED;
    } else code = Math.max(code, await take(answer, path));
  }
  return code;
}

/** An error of an image says which of the checkpoints it is in. */
export function within(checkpoint: string, error: CritError): CritError {
  const { image = checkpoint } = error.place;
  const start = checkpoint.endsWith('/') ? checkpoint : `${checkpoint}/`;
  if (image === checkpoint || image.startsWith(start)) return error.at({ image });
  return new CritError(error.code, error.reason, { ...error.place, image: `${checkpoint}: ${image}` }, error.cause);
}
