/**
 * Does edits to lines, in one pass: lines that no edit looks at go on as they came, byte for byte.
 *
 * An edit that must know all of an image before it changes its first entry makes the lines of that image wait for its end.
 * Those are images of small entries, and there is a limit.
 */
import { isObject } from '../codec/json.ts';
import type { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import type { SourceDirectory } from '../files/source-directory.ts';
import { checkWhole } from '../line/check-line.ts';
import { headText } from '../line/image-lines.ts';
import { LineFrame } from '../line/filter/line-frame.ts';
import { HeadReader, valueOf, type LineHead } from '../line/line-head.ts';
import { LineReader, type LineView } from '../line/line-reader.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Change, Edit, Report } from './edit.ts';
import { editableEntry } from './entry-value.ts';
import { ImagePlans, type ImagePlan, type Walks } from './image-plan.ts';
import { Walk } from './walk.ts';

export interface LineEditorOptions {
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Whether it is no error that nothing was there to be changed. */
  readonly ifPresent?: boolean;
  /** Called for each change, as it is made. */
  readonly onChange?: ((change: Change) => void) | undefined;
  /** Whether the edits have learned from the whole checkpoint already. */
  readonly hasLearned?: boolean;
  /** Where bytes are that lines tell only the place of. */
  readonly source?: SourceDirectory | undefined;
}

export class LineEditor {
  readonly #edits: readonly Edit[];
  readonly #ifPresent: boolean;
  readonly #walks: Walks;
  readonly #plans: ImagePlans;
  readonly #heads: HeadReader;
  readonly #frame: LineFrame;
  #changes = 0;

  /** Lines are appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, edits: readonly Edit[], options: LineEditorOptions = {}) {
    const { schema = BUILT_IN, onChange, ifPresent = false, hasLearned = false, source } = options;
    this.#edits = edits;
    this.#ifPresent = ifPresent;
    const report = (change: Change): void => {
      this.#changes++;
      onChange?.(change);
    };
    const learning = hasLearned ? [] : edits;
    checkPasses(learning);
    const patient = learning.filter(({ learns }) => learns === 'image');
    this.#walks = {
      learning: new Walk(learning, 'learn', report),
      holding: new Walk(patient, 'learn', report),
      visiting: new Walk(edits, 'visits', report),
    };
    const reportOf = (image: string, magic: string): Report => {
      return (option, field, old, now) => report({ option, image, magic, entry: undefined, field, old, new: now });
    };
    this.#plans = new ImagePlans(edits, this.#walks, schema, reportOf, source);
    this.#heads = new HeadReader(schema);
    this.#frame = new LineFrame(output, (line, head) => this.#take(line, head), schema);
  }

  /** Whether an edit looks at an image, or gives it another name. */
  touches(image: string, magic: string): boolean {
    return this.#plans.of(image, magic).isTouched;
  }

  /** Throws a CritError for what is no line, and where an edit cannot be done. */
  push(chunk: Uint8Array): void {
    this.#frame.push(chunk);
  }

  /** Throws a CritError where something that was asked for was not there, and where an error line has passed. */
  end(): void {
    this.#frame.end(() => {
      for (const plan of this.#plans.open()) this.#release(plan);
    });
    for (const edit of this.#edits) edit.finish?.();
    if (!this.#ifPresent) checkWishes(this.#edits);
  }

  #take(line: LineView, head: LineHead): void {
    const plan = this.#plans.of(head.image, head.magic);
    try {
      if (head.kind === 'end') {
        this.#release(plan);
        this.#plans.forget(plan.image);
      }
      if (plan.isTouched) this.#edit(line, head, plan);
      else this.#frame.pass(line);
    } catch (error) {
      throw placed(error, { image: head.image });
    }
  }

  #edit(line: LineView, head: LineHead, plan: ImagePlan): void {
    const { kind } = head;
    const { name, raw, pages, waiting } = plan;
    if (name === undefined) return;
    if ((raw || pages) && kind === 'begin') checkWhole(valueOf(line, head)['begin']);
    if (raw && kind !== 'end') raw.hold(line, head);
    else if (pages && kind === 'piece') this.#page(line, head, plan);
    else if (waiting && kind !== 'begin' && kind !== 'end') {
      if (kind === 'entry') this.#learn(line, head, plan);
      waiting.add(line);
    } else if (kind === 'entry') {
      this.#learn(line, head, plan);
      this.#visit(line, head, plan, name);
    } else this.#renamed(line, head, name);
  }

  #page(line: LineView, head: LineHead, { pages, name = '' }: ImagePlan): void {
    const edited = pages?.take(line, head);
    if (!edited) this.#renamed(line, head, name);
    else for (const value of edited) this.#frame.write({ ...value, image: name });
  }

  /** Edits what has waited for the end of an image. */
  #release(plan: ImagePlan): void {
    const { waiting, name } = plan;
    for (const value of plan.raw?.edited() ?? []) this.#frame.write(value);
    plan.pages?.end();
    if (!waiting || name === undefined) return;
    plan.waiting = undefined;
    const again = new LineReader((line) => {
      const head = this.#heads.read(line);
      if (head.kind === 'entry') this.#visit(line, head, plan, name);
      else this.#renamed(line, head, name);
    });
    for (const block of waiting.take()) {
      again.push(block);
      this.#frame.flush();
    }
    again.end();
  }

  #learn(line: LineView, head: LineHead, plan: ImagePlan): void {
    const entry = ++plan.learned;
    const type = entry === 1 ? plan.first : plan.rest;
    if (!type || !plan.isLearned) return;
    const { image, magic } = head;
    try {
      this.#walks.learning.walk(type, editableEntry(line, head, type).entry, { image, magic, entry });
    } catch (error) {
      throw placed(error, { image, entry });
    }
  }

  #visit(line: LineView, head: LineHead, plan: ImagePlan, name: string): void {
    const number = ++plan.visited;
    const type = number === 1 ? plan.first : plan.rest;
    const { image, magic } = head;
    const before = this.#changes;
    try {
      if (type && plan.isVisited) {
        const { value, entry } = editableEntry(line, head, type);
        this.#walks.visiting.walk(type, entry, { image, magic, entry: number });
        const { extra, at, wire } = value;
        if (this.#changes > before) return this.#frame.write({ image: name, magic, entry, extra, at, wire });
      }
    } catch (error) {
      throw placed(error, { image, entry: number });
    }
    this.#renamed(line, head, name);
  }

  /** A line that is as it was, but for the name of its image. */
  #renamed(line: LineView, head: LineHead, name: string): void {
    const { image, magic, kind, valueAt } = head;
    if (name === image) this.#frame.pass(line);
    else if (valueAt > 0 && kind !== 'begin') {
      const start = Buffer.from(`${headText(name, magic)}"${kind}":`);
      const rest = line.block.subarray(line.from + valueAt, line.end);
      this.#frame.write(Buffer.concat([start, rest, Buffer.from(rest.at(-1) === 10 ? '' : '\n')]));
    } else {
      const value = valueOf(line, head);
      const begin = value['begin'];
      const tar = isObject(begin) ? begin['tar'] : undefined;
      // A member whose path is not what its name makes it is renamed in its path as well.
      if (isObject(tar) && typeof tar['path'] === 'string') tar['path'] = sibling(tar['path'], name);
      this.#frame.write({ ...value, image: name });
    }
  }
}

/** Throws a CritError where an edit needs more than one pass. */
function checkPasses(edits: readonly Edit[]): void {
  const patient = edits.find(({ learns }) => learns === 'checkpoint');
  if (!patient) return;
  const option = `--${patient.option}`;
  throw new CritError('usage', `${option} must see the whole checkpoint first: crit-edit ${option} .. DUMP -C OUT`);
}

function checkWishes(edits: readonly Edit[]): void {
  const unmet = edits.flatMap((edit) =>
    edit.wishes.filter(({ isMet }) => !isMet).map((wish) => `${wish.text}: ${edit.found?.(wish) ?? 'nothing fits'}`),
  );
  if (unmet.length > 0) throw new CritError('value', unmet.join('; '));
}

/** The path of a file with another name, which may have directories of its own. */
function sibling(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1) + name.slice(name.lastIndexOf('/') + 1);
}
