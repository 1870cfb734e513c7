import { Output } from '../../../codec/output.ts';
import type { Change } from '../../../edit/edit.ts';
import { editedLines } from '../../../edit/edit-checkpoint.ts';
import { makeEdits, type Edits } from '../../../edit/edits.ts';
import { LineEditor, type LineEditorOptions } from '../../../edit/line-editor.ts';
import { changeText } from '../../../edit/show-change.ts';
import { Summary } from '../../../edit/summary.ts';
import { CritError } from '../../../error.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { checkpointOf, isInPlace, pathsOf } from '../../io/checkpoint-operand.ts';
import { inputChunks } from '../../io/inputs.ts';
import { outputText, outputLines } from '../../io/output-lines.ts';
import { sizeOption } from '../../io/number-option.ts';
import { packInto } from '../../io/pack-into.ts';
import { schemaOf } from '../../io/schema.ts';
import { safeText } from '../../io/terminal.ts';
import { EDIT_OPTIONS } from './options.ts';

/** `crit-edit` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  const edits = editsOf(args);
  const summary = new Summary();
  const isDry = args.flag('dry-run');
  const isJson = args.flag('json');
  if (isJson && !isDry) throw new CritError('usage', '--json goes with --dry-run');
  const records: string[] = [];
  const onChange = (change: Change): void => {
    summary.add(change);
    if (isDry && !isJson) diagnostics.print(`${safeText(changeText(change))}\n`);
    else if (isJson) records.push(`${JSON.stringify(change)}\n`);
  };
  const schema = await schemaOf(args);
  const maxWindow = sizeOption(args, 'max-window');
  const options: LineEditorOptions = { schema, ifPresent: args.flag('if-present'), onChange };
  const onWarning = (warning: CritError): void => diagnostics.warn(warning.message);
  const checkpoint = checkpointOf(pathsOf(args));
  const directory = args.value('directory');

  if (isDry) {
    const lines =
      checkpoint === undefined
        ? throughEdits(args, edits, options)
        : editedLines(checkpoint, edits, { ...options, maxWindow, touchedOnly: true });
    await outputText(recorded(lines, records));
  } else if (directory === undefined) {
    await outputLines(
      checkpoint === undefined
        ? throughEdits(args, edits, options)
        : editedLines(checkpoint, edits, { ...options, maxWindow, onWarning }),
    );
  } else if (checkpoint === undefined) {
    await packInto(
      () => new DirectoryWriter(directory, { force: args.flag('force') }),
      throughEdits(args, edits, options),
      { schema },
    );
  } else if (isInPlace(checkpoint, directory, args.flag('force'))) {
    const { editInPlace } = await import('./in-place.ts');
    await editInPlace(checkpoint, edits, { ...options, onWarning });
  } else {
    const { editInto } = await import('./into-directory.ts');
    await editInto(checkpoint, directory, edits, { ...options, maxWindow, onWarning, force: args.flag('force') });
  }
  if (!args.flag('quiet')) for (const line of summary.lines()) diagnostics.print(`crit-edit: ${line}\n`);
  return EXIT_DONE;
}

function editsOf(args: Arguments): Edits {
  const given = EDIT_OPTIONS.filter(({ name }) => args.given(name));
  if (given.length === 0) throw new CritError('usage', 'nothing to change: give an option that says what');
  return Object.fromEntries(
    given.map(({ name, value, repeat }) => [
      name,
      value === undefined ? true : repeat === true ? args.values(name) : [args.value(name) ?? ''],
    ]),
  );
}

async function* throughEdits(
  args: Arguments,
  edits: Edits,
  options: LineEditorOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const output = new Output();
  const editor = new LineEditor(output, makeEdits(edits, options.schema), options);
  try {
    for await (const chunk of inputChunks(pathsOf(args))) {
      editor.push(chunk);
      if (output.length > 0) yield output.pass();
    }
    editor.end();
  } finally {
    if (output.length > 0) yield output.pass();
  }
}

/** In the place of lines, the records of what changes. */
async function* recorded(lines: AsyncIterable<Buffer>, records: string[]): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of lines) {
    void chunk;
    if (records.length > 0) yield Buffer.from(records.splice(0).join(''));
  }
  if (records.length > 0) yield Buffer.from(records.splice(0).join(''));
}
