/** What `crit compress` and `crit decompress` have in common, with the words of CRIT. */
import { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import { CritError } from '../../../error.ts';
import { clearStale, interruptedIn } from '../../../files/clear-stale.ts';
import { DirectoryUpdate } from '../../../files/directory-update.ts';
import type { CheckpointSink } from '../../../image/image-sink.ts';
import type { TransformedPages } from '../../../memory/pagemap-pairs.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { pageSizeIn } from '../../io/open-checkpoint.ts';
import { printText } from '../../io/output-target.ts';
import { schemaOf } from '../../io/schema.ts';
import { safeText } from '../../io/terminal.ts';

export interface Transformation {
  readonly gerund: string;
  readonly participle: string;
  /** Writes what changes; undefined where nothing is to be done. */
  readonly transform: (checkpoint: Checkpoint, open: () => CheckpointSink) => TransformedPages[] | undefined;
  /** What is printed of the pages of one pagemap. */
  readonly lineOf: (pages: TransformedPages) => string;
}

export async function transformDirectory(
  args: Arguments,
  { gerund, participle, transform, lineOf }: Transformation,
): Promise<number> {
  const directory = args.operand('DIR') ?? '';
  const name = safeText(directory);
  // Before anything is read: what a run that was killed had begun is finished.
  clearStale(directory);
  const [interrupted] = interruptedIn(directory);
  if (interrupted !== undefined)
    throw new CritError(
      'io',
      `some files here are those of a command that has not put all in place, and may still run: if it was killed, move what is in ${interrupted}/new here and remove ${interrupted}`,
      { image: directory },
    );
  const checkpoint = Checkpoint.openDirectory(directory, { schema: await schemaOf(args), pageSize: pageSizeIn(args) });
  let update: DirectoryUpdate | undefined;
  // Before there is anything to clean up: a signal may come at any moment.
  const release = cleanUpOnSignal(() => update?.abort());
  try {
    const done = transform(
      checkpoint,
      () => (update = new DirectoryUpdate(directory, { backup: !args.flag('in-place') })),
    );
    checkpoint.images.files.checkSame();
    update?.commit();
    if (!done) await printText(`Checkpoint in ${name} is already ${participle}\n`);
    else if (done.length === 0) await printText(`No pagemap files found in ${name}\n`);
    else {
      const lines = done.map((each) => `${safeText(lineOf(each))}\n`);
      await printText(`${gerund} checkpoint in ${name}\n${lines.join('')}Done\n`);
    }
  } finally {
    update?.abort();
    release();
    checkpoint.close();
  }
  return EXIT_DONE;
}

/** A number of bytes, as CRIT prints it. */
export function kibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}K`;
}
