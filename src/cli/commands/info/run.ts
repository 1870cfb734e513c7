import { basename } from 'node:path';
import { STANDARD_INPUT, readChunks } from '../../../files/read-chunks.ts';
import { placed } from '../../../error.ts';
import { EntryCount } from '../../../image/entry-count.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { schemaOf } from '../../io/schema.ts';
import { printText } from '../../io/output-target.ts';

/** `crit info` */
export async function run(args: Arguments): Promise<number> {
  const path = args.operand('FILE') ?? '-';
  const count = new EntryCount(basename(path), await schemaOf(args));
  try {
    for await (const chunk of readChunks(path === '-' ? STANDARD_INPUT : path)) count.push(chunk);
    count.end();
  } catch (error) {
    throw placed(error, { image: path });
  }
  await printText(`${JSON.stringify({ magic: count.magic, count: count.count }, undefined, 4)}\n`);
  return EXIT_DONE;
}
