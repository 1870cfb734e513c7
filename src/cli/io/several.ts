/** The same question to several checkpoints: each is named, and where one fails, the others are asked all the same. */
import { CritError } from '../../error.ts';
import { EXIT_DONE, EXIT_FAILED } from '../command/command.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Asks each; gives the worst of their exit codes. What is no error of ours ends it. */
export async function askEach(
  paths: readonly string[],
  diagnostics: Diagnostics,
  ask: (path: string) => Promise<number>,
): Promise<number> {
  let code = EXIT_DONE;
  for (const path of paths) {
    try {
      code = Math.max(code, await ask(path));
    } catch (error) {
      if (!(error instanceof CritError)) throw error;
      diagnostics.error(within(path, error));
      code = EXIT_FAILED;
    }
  }
  return code;
}

/** An error of an image says which of the checkpoints it is in. */
export function within(checkpoint: string, error: CritError): CritError {
  const { image = checkpoint } = error.place;
  if (image.startsWith(checkpoint)) return error.at({ image });
  return new CritError(error.code, error.reason, { ...error.place, image: `${checkpoint}: ${image}` }, error.cause);
}
