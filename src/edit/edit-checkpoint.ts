/** Edits of a checkpoint that can be read more than once. */
import { checkpointLines, type CheckpointLinesOptions } from '../cat/checkpoint-lines.ts';
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import type { SourceDirectory } from '../files/source-directory.ts';
import type { Change } from './edit.ts';
import { makeEdits, type Edits } from './edits.ts';
import { LineEditor, type LineEditorOptions } from './line-editor.ts';
import { LineLearner } from './line-learner.ts';

export type EditCheckpointOptions = Omit<LineEditorOptions, 'hasLearned'> &
  Pick<CheckpointLinesOptions, 'onWarning' | 'onRead' | 'maxWindow'> & {
    /** Only images that an edit looks at. */
    readonly touchedOnly?: boolean;
    /** The directory itself, whose large raw images are then told by place, but for what changes of them. */
    readonly source?: SourceDirectory | undefined;
    /** Takes an image that no edit looks at, by itself, and says so; its lines do not come then. */
    readonly takeUntouched?: (image: string, magic: string) => boolean;
  };

/** The lines of a directory or archive, edited, in chunks that are valid until the next but one. */
export async function* editedLines(
  path: string,
  edits: Edits,
  options: EditCheckpointOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { onWarning, onRead, maxWindow, touchedOnly = false, takeUntouched, ...rest } = options;
  const made = makeEdits(edits, options.schema);
  if (made.some(({ learn }) => learn)) {
    const { schema } = options;
    const learner = new LineLearner(made, schema);
    const accept = (_: string, magic: string): boolean => learner.accepts(magic);
    for await (const chunk of checkpointLines([path], { schema, accept, maxWindow })) learner.push(chunk);
    learner.end();
  }
  const output = new Output();
  const editor = new LineEditor(output, made, { ...rest, hasLearned: true });
  const lines = checkpointLines([path], {
    schema: options.schema,
    maxWindow,
    refs: options.source !== undefined,
    ...(onWarning && { onWarning }),
    ...(onRead && { onRead }),
    accept: (image, magic) => editor.touches(image, magic) || (!touchedOnly && takeUntouched?.(image, magic) !== true),
  });
  for await (const chunk of lines) {
    try {
      editor.push(chunk);
    } catch (error) {
      throw withoutLine(error);
    }
    if (output.length > 0) yield output.pass();
  }
  editor.end();
  if (output.length > 0) yield output.pass();
}

/** Nobody has seen the lines that the images became. */
function withoutLine(error: unknown): unknown {
  if (!(error instanceof CritError)) return error;
  const { code, reason, place, cause } = error;
  return new CritError(code, reason, { ...place, line: undefined }, cause);
}

/** What edits would change of a directory, by the names of its images. */
export interface ChangedImages {
  /** Images that are written, by their new names. */
  readonly written: ReadonlySet<string>;
  /** Images that are there no longer, by their old names. */
  readonly removed: ReadonlySet<string>;
}

export async function changedImages(
  path: string,
  edits: Edits,
  options: EditCheckpointOptions = {},
): Promise<ChangedImages> {
  const changed = new Set<string>();
  const names = new Map<string, string | undefined>();
  const onChange = (change: Change): void => {
    options.onChange?.(change);
    changed.add(change.image);
    if (change.field === 'image') names.set(change.image, typeof change.new === 'string' ? change.new : undefined);
  };
  const lines = editedLines(path, edits, { ...options, onChange, touchedOnly: true });
  // Nothing is written: what the edits find wrong shows itself here.
  for await (const chunk of lines) void chunk;
  const written = new Set<string>();
  for (const image of changed) {
    const name = names.has(image) ? names.get(image) : image;
    if (name !== undefined) written.add(name);
  }
  return { written, removed: new Set([...names.keys()].filter((name) => !written.has(name))) };
}
