import { CRIT_PRETTY } from '../../../codec/style.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { documentChunks, printedChunks } from '../decode/document.ts';
import { schemaOf } from '../../io/schema.ts';
import { outputText } from '../../io/output-lines.ts';

/** `crit show` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const document = documentChunks(args.operand('FILE') ?? '-', {
    schema: await schemaOf(args),
    style: CRIT_PRETTY,
    onlySizes: args.flag('nopl'),
    onWarning: (warning) => diagnostics.warn(warning.message),
  });
  await outputText(printedChunks(document));
  return EXIT_DONE;
}
