import { CRIT, CRIT_PRETTY } from '../../../codec/style.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { documentChunks, printedChunks } from './document.ts';
import { schemaOf } from '../../io/schema.ts';
import { outputText } from '../../io/output-lines.ts';
import { writeBytes } from '../../io/output-target.ts';

/** `crit decode` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const out = args.value('out');
  const document = documentChunks(args.value('in') ?? args.operand('FILE') ?? '-', {
    schema: await schemaOf(args),
    style: args.flag('pretty') ? CRIT_PRETTY : CRIT,
    onWarning: (warning) => diagnostics.warn(warning.message),
  });
  // CRIT ends what it prints with a newline, but not its files.
  if (out === undefined || out === '-') await outputText(printedChunks(document));
  else await writeBytes(out, document);
  return EXIT_DONE;
}
