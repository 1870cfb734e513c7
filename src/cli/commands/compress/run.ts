import { compressCheckpoint } from '../../../memory/compress-checkpoint.ts';
import type { TransformedPages } from '../../../memory/pagemap-pairs.ts';
import type { Arguments } from '../../command/arguments.ts';
import { numberOption } from '../../io/number-option.ts';
import { kibibytes, transformDirectory } from './transform-directory.ts';

/** LZ4's own bound. */
const MOST_ACCELERATION = 65537;

/** `crit compress` */
export async function run(args: Arguments): Promise<number> {
  const acceleration = numberOption(args, 'acceleration', 1, MOST_ACCELERATION) ?? 1;
  return transformDirectory(args, {
    gerund: 'Compressing',
    participle: 'compressed',
    transform: (checkpoint, open) =>
      compressCheckpoint(checkpoint, acceleration, open)?.filter(({ pages }) => pages > 0),
    lineOf,
  });
}

function lineOf({ pagemap, pages, before, after }: TransformedPages): string {
  const saved = ((1 - after / before) * 100).toFixed(1);
  return `  ${pagemap}: ${pages} pages (${kibibytes(before)} -> ${kibibytes(after)}, ${saved}% saved)`;
}
