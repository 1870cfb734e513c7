/**
 * Does edits to lines, in one pass: lines that no edit looks at go on as they came, byte for byte.
 *
 * An edit that must know all of an image before it changes its first entry makes the lines of that image wait for its end.
 * Those are images of small entries, and there is a limit.
 */
import { formatJson, isObject } from '../codec/json.ts';
import type { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import { LineFrame } from '../line/filter/line-frame.ts';
import { HeadReader, valueOf, type LineHead } from '../line/line-head.ts';
import { LineReader, type LineView } from '../line/line-reader.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { MessageType } from '../schema/schema.ts';
import type { Change, Edit, Report } from './edit.ts';
import { entryOf } from './entry-value.ts';
import { PageEditor } from './page-editor.ts';
import { RawEditor } from './raw-editor.ts';
import { Walk } from './walk.ts';

/** Bytes of lines that may wait for the end of their image. */
const WAITING_LIMIT = 24 * 1024 * 1024;

export interface LineEditorOptions {
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Whether it is no error that nothing was there to be changed. */
  readonly ifPresent?: boolean;
  /** Called for each change, as it is made. */
  readonly onChange?: ((change: Change) => void) | undefined;
  /** Whether the edits have learned from the whole checkpoint already. */
  readonly hasLearned?: boolean;
}

/** What is done with the lines of one image. */
interface Plan {
  readonly image: string;
  readonly magic: string;
  /** Its new name; undefined where it is left out. */
  readonly name: string | undefined;
  readonly first: MessageType | undefined;
  readonly rest: MessageType | undefined;
  readonly isVisited: boolean;
  readonly isLearned: boolean;
  /** Whether anything but passing on is to be done. */
  readonly isTouched: boolean;
  readonly raw: RawEditor | undefined;
  readonly pages: PageEditor | undefined;
  /** Lines that wait for the end of the image. */
  waiting: Buffer[] | undefined;
  waitingBytes: number;
  learned: number;
  visited: number;
}

export class LineEditor {
  readonly #output: Output;
  readonly #edits: readonly Edit[];
  readonly #options: LineEditorOptions;
  readonly #learning: Walk;
  readonly #visiting: Walk;
  readonly #holding: Walk;
  readonly #plans = new Map<string, Plan>();
  #plan: Plan | undefined;
  readonly #schema: ImageSchema;
  readonly #frame: LineFrame;
  #changes = 0;

  /** Lines are appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, edits: readonly Edit[], options: LineEditorOptions = {}) {
    this.#output = output;
    this.#edits = edits;
    this.#options = options;
    const report = (change: Change): void => {
      this.#changes++;
      options.onChange?.(change);
    };
    const learning = options.hasLearned ? [] : edits;
    const patient = learning.find(({ learns }) => learns === 'checkpoint');
    if (patient) {
      throw new CritError(
        'usage',
        `--${patient.option} must see the whole checkpoint first: crit-edit --${patient.option} .. DUMP -C OUT`,
      );
    }
    this.#learning = new Walk(learning, 'learn', report);
    this.#holding = new Walk(
      learning.filter(({ learns }) => learns === 'image'),
      'learn',
      report,
    );
    this.#visiting = new Walk(edits, 'visits', report);
    this.#schema = options.schema ?? BUILT_IN;
    this.#frame = new LineFrame(output, (line, head) => this.#take(line, head), this.#schema);
  }

  /** Whether an edit looks at an image, or gives it another name. */
  touches(image: string, magic: string): boolean {
    return this.#planOf(image, magic).isTouched;
  }

  /** Throws a CritError for what is no line, and where an edit cannot be done. */
  push(chunk: Uint8Array): void {
    this.#frame.push(chunk);
  }

  /** Throws a CritError where something that was asked for was not there, and where an error line has passed. */
  end(): void {
    this.#frame.end(() => {
      for (const plan of this.#plans.values()) this.#release(plan);
    });
    for (const edit of this.#edits) edit.finish?.();
    if (!this.#options.ifPresent) this.#checkWishes();
  }

  #checkWishes(): void {
    const unmet = this.#edits.flatMap((edit) =>
      edit.wishes.filter(({ isMet }) => !isMet).map((wish) => `${wish.text}: ${edit.found?.(wish) ?? 'nothing fits'}`),
    );
    if (unmet.length > 0) throw new CritError('value', unmet.join('; '));
  }

  #take(line: LineView, kind: LineHead): void {
    const plan = this.#planOf(kind.image, kind.magic);
    if (!plan.isTouched) {
      if (kind.kind === 'end') this.#forget(kind.image);
      this.#frame.pass(line);
      return;
    }
    this.#frame.flush();
    try {
      this.#edit(line, kind, plan);
    } catch (error) {
      throw placed(error, { image: kind.image });
    }
  }

  #edit(line: LineView, kind: LineHead, plan: Plan): void {
    if (plan.name === undefined) return;
    if (kind.kind === 'end') {
      this.#release(plan);
      this.#forget(plan.image);
    }
    if (plan.raw && kind.kind !== 'end') plan.raw.hold(line);
    else if (plan.pages && kind.kind === 'piece') {
      if (plan.pages.passes(line, this.#output)) this.#renamed(line, kind, plan.name);
    } else if (plan.waiting && kind.kind !== 'begin' && kind.kind !== 'end') this.#wait(line, kind, plan);
    else if (kind.kind === 'entry') this.#entry(line, kind, plan);
    else this.#renamed(line, kind, plan.name);
  }

  #wait(line: LineView, kind: LineHead, plan: Plan): void {
    if (kind.kind === 'entry') this.#learn(line, kind, plan);
    const bytes = Buffer.from(line.block.subarray(line.from, line.end));
    plan.waiting?.push(bytes);
    plan.waitingBytes += bytes.length;
    if (plan.waitingBytes > WAITING_LIMIT) {
      throw new CritError(
        'limit',
        `more than ${WAITING_LIMIT >> 20} MiB of lines that must be known before the first can be changed: use crit-edit .. DUMP -C OUT`,
      );
    }
  }

  /** Edits the lines that have waited. */
  #release(plan: Plan): void {
    plan.raw?.release(this.#output);
    plan.pages?.end();
    const { waiting } = plan;
    if (!waiting) return;
    plan.waiting = undefined;
    const heads = new HeadReader(this.#schema);
    const again = new LineReader((line) => {
      const kind = heads.read(line);
      this.#frame.flush();
      if (kind.kind === 'entry') this.#visit(line, kind, plan);
      else this.#renamed(line, kind, plan.name ?? '');
    });
    for (const bytes of waiting) again.push(bytes);
    again.end();
  }

  #entry(line: LineView, kind: LineHead, plan: Plan): void {
    if (plan.isLearned) this.#learn(line, kind, plan);
    this.#visit(line, kind, plan);
  }

  #learn(line: LineView, kind: LineHead, plan: Plan): void {
    const type = plan.learned++ === 0 ? plan.first : plan.rest;
    if (!type) return;
    const { image, magic } = kind;
    const { entry } = entryOf(line, kind, type);
    this.#learning.walk(type, entry, { image, magic, entry: plan.learned });
  }

  #visit(line: LineView, kind: LineHead, plan: Plan): void {
    const type = plan.visited++ === 0 ? plan.first : plan.rest;
    if (type && plan.isVisited) {
      const number = plan.visited;
      const { image, magic } = kind;
      const before = this.#changes;
      try {
        const { value, entry } = entryOf(line, kind, type);
        this.#visiting.walk(type, entry, { image, magic, entry: number });
        if (this.#changes > before) {
          const { extra, at, wire } = value;
          this.#output.appendText(`${formatJson({ image: plan.name, magic, entry, extra, at, wire })}\n`);
          return;
        }
      } catch (error) {
        throw placed(error, { image, entry: number });
      }
    }
    this.#renamed(line, kind, plan.name ?? '');
  }

  /** A line that is as it was, but for the name of its image. */
  #renamed(line: LineView, kind: LineHead, name: string): void {
    const output = this.#output;
    if (name === kind.image) this.#frame.pass(line);
    else if (kind.valueAt > 0 && kind.kind !== 'begin') {
      output.appendText(`{"image":${JSON.stringify(name)},"magic":"${kind.magic}","${kind.kind}":`);
      output.append(line.block.subarray(line.from + kind.valueAt, line.end));
      if (line.block[line.end - 1] !== 10) output.appendText('\n');
    } else {
      const value = valueOf(line, kind);
      const tar = isObject(value['begin']) ? value['begin']['tar'] : undefined;
      // A member whose path is not what its name makes it is renamed in its path as well.
      if (isObject(tar) && typeof tar['path'] === 'string') tar['path'] = sibling(tar['path'], name);
      output.appendText(`${formatJson({ ...value, image: name })}\n`);
    }
  }

  #planOf(image: string, magic: string): Plan {
    // Most lines follow one of the same image.
    if (this.#plan?.image === image) return this.#plan;
    const plan = this.#plans.get(image) ?? this.#newPlan(image, magic);
    this.#plans.set(image, plan);
    this.#plan = plan;
    return plan;
  }

  #forget(image: string): void {
    this.#plans.delete(image);
    if (this.#plan?.image === image) this.#plan = undefined;
  }

  #newPlan(image: string, magic: string): Plan {
    const facts = this.#schema.byMagic(magic);
    const rest = facts && this.#schema.entryOf(facts, false);
    const first = facts && this.#schema.entryOf(facts, true);
    const types = [first, rest].filter((type) => type !== undefined);
    const reached = (walk: Walk): boolean => types.some((type) => walk.reaches(type));
    const report: Report = (option, field, old, now) => {
      this.#changes++;
      this.#options.onChange?.({ option, image, magic, entry: undefined, field, old, new: now });
    };
    let name: string | undefined = image;
    for (const { option, rename } of this.#edits) {
      if (!rename || name === undefined) continue;
      const next: string | undefined = rename(name, magic);
      if (next !== name) report(option, 'image', name, next);
      name = next;
    }
    const raws = facts ? [] : this.#edits.filter(({ raw }) => raw?.takes(image));
    const regions = magic === 'PAGES' ? this.#edits.flatMap((edit) => edit.regions?.(image) ?? []) : [];
    const isVisited = reached(this.#visiting);
    const isLearned = reached(this.#learning);
    return {
      image,
      magic,
      name,
      first,
      rest,
      isVisited,
      isLearned,
      isTouched: name !== image || isVisited || isLearned || raws.length > 0 || regions.length > 0,
      raw: raws.length > 0 && name !== undefined ? new RawEditor(image, name, raws, report) : undefined,
      pages: regions.length > 0 ? new PageEditor(regions, report) : undefined,
      waiting: reached(this.#holding) ? [] : undefined,
      waitingBytes: 0,
      learned: 0,
      visited: 0,
    };
  }
}

/** The path of a file with another name, which may have directories of its own. */
function sibling(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1) + name.slice(name.lastIndexOf('/') + 1);
}
