import { checkpointLines } from '../../../cat/checkpoint-lines.ts';
import { Output } from '../../../codec/output.ts';
import { CritError } from '../../../error.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { RedactSummary } from '../../../redact/redact-summary.ts';
import { readChain, type Chain } from '../../../redact/chain.ts';
import { Redactor, redacted, type RedactorOptions } from '../../../redact/redactor.ts';
import type { Sought } from '../../../redact/scanner.ts';
import { soughtOf } from '../../../redact/sought.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { checkpointOf, isInPlace, isPlainDirectory, pathsOf } from '../../io/checkpoint-operand.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { inputChunks } from '../../io/inputs.ts';
import { archiveLimits } from '../../io/open-checkpoint.ts';
import { pidOf, sizeOption } from '../../io/number-option.ts';
import { outputLines } from '../../io/output-lines.ts';
import { packInto, type Transaction } from '../../io/pack-into.ts';
import { encodingsOf, givenRules, linesOf, secretFinder } from '../../io/pattern-choice.ts';
import { schemaOf } from '../../io/schema.ts';
import { smallHeapSoon } from '../../io/small-heap.ts';
import { safeText } from '../../io/terminal.ts';
import { Report } from './report.ts';

/** `crit-redact` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  smallHeapSoon();
  const schema = await schemaOf(args);
  const summary = new RedactSummary();
  const force = args.flag('force');
  const reportPath = args.value('keep-report');
  const paths = pathsOf(args);
  const checkpoint = checkpointOf(paths);
  const directory = args.value('directory');
  if (checkpoint !== undefined && directory !== undefined) isInPlace(checkpoint, directory, force);

  let report: Report | undefined;
  const output = new Output();
  const sought = soughtIn(args, diagnostics);
  const chain = await chainIn(args, checkpoint, sought);
  const options: RedactorOptions = {
    schema,
    fill: fillOf(args.value('with')),
    dropQueues: args.flag('drop-queues'),
    pids: args.values('pid').map(pidOf),
    vmas: args.values('vma'),
    prot: args.value('prot'),
    code: args.flag('code'),
    onRedaction: (redaction) => {
      summary.add(redaction);
      report?.add(redaction);
    },
    onQueue: summary.queue,
    onLeft: summary.left,
    onWarning: (warning) => diagnostics.warn(warning.message),
  };
  const redactor = new Redactor(output, sought, options, chain?.halves);
  const release = cleanUpOnSignal(() => {
    redactor.close();
    report?.abort();
  });
  try {
    if (reportPath !== undefined) report = new Report(reportPath, force);
    const onWarning = (warning: CritError): void => diagnostics.warn(warning.message);
    const source =
      checkpoint === undefined
        ? inputChunks(paths)
        : checkpointLines([checkpoint], { schema, maxWindow: sizeOption(args, 'max-window'), onWarning });
    const lines = redacted(source, output, redactor);
    if (directory === undefined) {
      await outputLines(lines);
      report?.commit();
    } else await packInto(() => withReport(new DirectoryWriter(directory, { force }), report), lines, { schema });
  } finally {
    report?.abort();
    release();
  }
  // Said to those who want no summary as well: what comes out is not known to be clean.
  if (summary.cut > 0)
    diagnostics.warn(
      `what was found goes on in ${summary.cut} ${summary.cut === 1 ? 'place' : 'places'}: only 64 KiB of a variable or of a match are overwritten, and the rest stays`,
    );
  for (const warning of warningsOf(chain, redactor.elsewhere.inParent)) diagnostics.warn(warning);
  if (!args.flag('quiet'))
    for (const line of summary.lines(redactor.elsewhere)) diagnostics.print(`crit-redact: ${safeText(line)}\n`);
  return EXIT_DONE;
}

/**
 * What lies across the dumps of a chain, where they can be read at any place: a directory, or what the options name. Of an archive
 * without a parent there is no other dump.
 */
async function chainIn(
  args: Arguments,
  checkpoint: string | undefined,
  sought: readonly Sought[],
): Promise<Chain | undefined> {
  const from = args.value('from');
  const [parents, children] = [args.values('parent'), args.values('child')];
  const isAsked = parents.length > 0 || children.length > 0;
  if (checkpoint !== undefined && from !== undefined)
    throw new CritError('usage', '--from says where lines come from, but a checkpoint is named itself');
  const subject = checkpoint ?? from;
  if (subject === undefined) {
    if (!isAsked) return undefined;
    throw new CritError('usage', '--parent and --child go with a checkpoint that is named, or with --from');
  }
  if (!isAsked && from === undefined && !isPlainDirectory(subject)) return undefined;
  const options = { schema: await schemaOf(args), ...archiveLimits(args), onUnpack: cleanUpOnSignal };
  return readChain({ subject, parents, children }, sought, options);
}

/** What was not looked at, or not overwritten, of the memory that is spoken of. */
function* warningsOf(chain: Chain | undefined, inParent: number): Generator<string, void, undefined> {
  if (!chain) {
    if (inParent > 0)
      yield (
        `${inParent} pages are in the dump before (parent), and were not looked at: redact that one, too. ` +
        'A secret that lies half there and half here stays, unless --from says where the lines come from: crit-grep --all finds it'
      );
    return;
  }
  const { halves, halvesElsewhere, pagesElsewhere } = chain;
  if (pagesElsewhere > 0)
    yield (
      `${pagesElsewhere} pages are in the dump before (parent), which is not redacted here: redact that one, too, with --child and ` +
      'this one as it was, or name the directory that has all dumps of the chain'
    );
  if (halvesElsewhere > 0)
    yield `${halvesElsewhere} parts of secrets that lie across dumps are in dumps that are not redacted here, and stay there`;
  if (!halves.isEmpty)
    yield `parts of secrets that lie across dumps stay, since their images did not come: ${halves.images.slice(0, 5).join(', ')}`;
}

/** A directory that appears together with the report on it, or not at all. */
function withReport(writer: DirectoryWriter, report: Report | undefined): Transaction {
  if (!report) return writer;
  return {
    image: (name, details) => writer.image(name, details),
    link: (name, target, details) => writer.link(name, target, details),
    directory: (name, details) => writer.directory(name, details),
    commit() {
      report.commit();
      try {
        writer.commit();
      } catch (error) {
        if (!writer.isInPlace) report.undo();
        throw error;
      }
    },
    abort: () => writer.abort(),
  };
}

/** What is to be overwritten, as the options say it. */
function soughtIn(args: Arguments, diagnostics: Diagnostics): Sought[] {
  const stray = (['rule', 'rules'] as const).find((name) => args.given(name));
  if (stray && !args.flag('secrets')) throw new CritError('usage', `--${stray} goes with --secrets`);
  const lines = args.values('file').flatMap(linesOf);
  const areTexts = args.flag('fixed-strings');
  if (areTexts && lines.length === 0) throw new CritError('usage', '-F goes with --file');
  const texts = [...args.values('text'), ...(areTexts ? lines : [])];
  const encodings = encodingsOf(args.value('encodings'));
  if (encodings.length > 0 && texts.length === 0)
    throw new CritError('usage', '--encodings are those of text: --text or -F --file goes with it');
  const sought = soughtOf({
    texts,
    encodings,
    patterns: [...args.values('pattern'), ...(areTexts ? [] : lines)],
    ignoreCase: args.flag('ignore-case'),
    env: args.values('env'),
  });
  if (!args.flag('secrets')) return sought;
  return [...sought, { name: 'secret', finder: secretFinder(args, givenRules(args, diagnostics)) }];
}

function fillOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value === 'zero') return 0;
  const code = value.charCodeAt(0);
  if (value.length !== 1 || code < 0x20 || code > 0x7e)
    throw new CritError('usage', `--with ${value}: one character of ASCII is expected, or zero`);
  return code;
}
