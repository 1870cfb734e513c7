/** Prints what --all finds beside memory. */
import { relative } from 'node:path';
import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import { CritError } from '../../../error.ts';
import type { AnyMatch } from '../../../redact/scanner.ts';
import type { Finder } from '../../../search/finder.ts';
import type { Arguments } from '../../command/arguments.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { sizeOption } from '../../io/number-option.ts';
import { outputText } from '../../io/output-lines.ts';
import { safeText } from '../../io/terminal.ts';
import { searchElsewhere, type ElsewhereFound } from './all.ts';
import { elsewhereText, elsewhereValue, jsonLine, textLine, type Show } from './show.ts';

/** Gives whether anything was found. Throws a CritError where something could not be read, and it says what is not known then. */
export async function printElsewhere(
  args: Arguments,
  checkpoint: Checkpoint,
  finder: Finder<AnyMatch>,
  show: Show,
  diagnostics: Diagnostics,
): Promise<boolean> {
  const isSummary = args.flag('count') || args.flag('list');
  const counts = new Map<string, number>();
  const lines: string[] = [];
  let failures = 0;
  const onFound = (found: ElsewhereFound): void => {
    const { image } = found.place;
    const count = counts.get(image) ?? 0;
    counts.set(image, Math.min(count + 1, show.most));
    if (isSummary || count >= show.most) return;
    const name = nameOf(checkpoint, found.place.pid);
    lines.push(
      show.isJson
        ? jsonLine(elsewhereValue(found, name, show), show)
        : textLine(elsewhereText(found, name, show), show),
    );
  };
  const prefix = relative(checkpoint.top, checkpoint.images.path);
  const inMemory = new Set(
    [...checkpoint.pagemaps.keys()].map((id) => `${prefix === '' ? '' : `${prefix}/`}pages-${id}.img`),
  );
  const work = searchElsewhere(checkpoint.path, finder, {
    schema: checkpoint.images.schema,
    maxWindow: sizeOption(args, 'max-window'),
    skips: (image) => inMemory.has(image),
    onFound,
    onWarning: (warning) => diagnostics.warn(warning.message),
    onError: (error) => {
      failures++;
      diagnostics.error(error);
    },
  });
  await outputText(printed(work, lines));
  if (isSummary) await outputText([Buffer.from(summary(counts, args.flag('list'), show))]);
  if (failures > 0)
    throw new CritError('io', `${failures} of its parts could not be read: what is in them is not known`, {
      image: checkpoint.path,
    });
  return counts.size > 0;
}

async function* printed(work: AsyncIterable<void>, lines: string[]): AsyncGenerator<Buffer, void, undefined> {
  for await (const _ of work) if (lines.length > 0) yield Buffer.from(lines.splice(0).join(''));
}

function summary(counts: ReadonlyMap<string, number>, isList: boolean, show: Show): string {
  return [...counts]
    .map(([image, count]) =>
      show.isJson
        ? jsonLine({ pid: null, image, ...(!isList && { count }) }, show)
        : textLine(['-', safeText(image), ...(isList ? [] : [count])].join('\t'), show),
    )
    .join('');
}

function nameOf(checkpoint: Checkpoint, pid: number | undefined): string {
  return pid === undefined ? '' : (checkpoint.process(pid)?.comm ?? '');
}
