import { decompressCheckpoint } from '../../../memory/decompress.ts';
import type { Arguments } from '../../command/arguments.ts';
import { kibibytes, transformDirectory } from '../compress/transform-directory.ts';

/** `crit decompress` */
export async function run(args: Arguments): Promise<number> {
  return transformDirectory(args, {
    gerund: 'Decompressing',
    participle: 'decompressed',
    transform: decompressCheckpoint,
    lineOf: ({ pagemap, pages, before, after }) =>
      `  ${pagemap}: ${pages} pages (${kibibytes(before)} -> ${kibibytes(after)})`,
  });
}
