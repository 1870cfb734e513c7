/**
 * What all filters of lines share: lines are read and their kinds told, those that are not chosen pass, and each line of an
 * entry or a piece is given to the filter's own work, which says what becomes of it.
 *
 * Brackets follow the lines between them: an image all of whose lines were left out goes as a whole, and one whose lines
 * got another name begins and ends by that name. The pieces of an extra go with their entry. Lines that pass are the bytes
 * that came, copied in runs.
 *
 * A filter implements LineWork and gives itself to a LinePipe, which is a PushParser for parserTransform:
 *
 *     class Renumber implements LineWork {
 *       onLine(line: LineView, head: LineHead): Verdict {
 *         if (head.magic !== 'PSTREE') return true;
 *         const value = valueOf(line, head);
 *         return { ...value, entry: renumbered(value['entry']) };
 *       }
 *     }
 */
import type { Output } from '../../codec/output.ts';
import { CritError } from '../../error.ts';
import { isExtraPiece, valueOf, type LineHead, type LineValue } from '../line-head.ts';
import type { LineView } from '../line-reader.ts';
import { chooser, type Choice, type Chooser } from './choice.ts';
import { LineFrame } from './line-frame.ts';
import { OpenImages, type OpenImage } from './open-images.ts';

/** What becomes of a line: it passes as it came (true), is left out (false), or another stands in its place. */
export type Verdict = boolean | LineValue;

/** What a filter does with lines. */
export interface LineWork {
  /** Takes a chosen line of an entry or a piece. Pieces of an extra come only where their entry was not left out. */
  onLine(line: LineView, head: LineHead): Verdict;
  /**
   * Takes the begin line of a chosen image that has neither entries nor pieces: a link, a directory, an image that is
   * empty. Of another line in its place only the name counts. Without this they all pass.
   */
  onEmpty?(begin: LineValue): Verdict;
}

export interface PipeOptions extends Choice {
  /** Leaves out lines that are not chosen, which pass otherwise. */
  readonly exclusive?: boolean;
}

export class LinePipe {
  readonly #frame: LineFrame;
  readonly #work: LineWork;
  readonly #choose: Chooser;
  readonly #exclusive: boolean;
  readonly #images = new OpenImages();
  /** That of the line before, whether it is chosen, and its image. */
  #head: LineHead | undefined;
  #isChosen = false;
  #image: OpenImage | undefined;

  /** Lines are appended to `output`, which the caller empties between two calls. Throws a CritError for a choice that there is not. */
  constructor(output: Output, work: LineWork, options: PipeOptions = {}) {
    this.#work = work;
    this.#choose = chooser(options);
    this.#exclusive = options.exclusive ?? false;
    this.#frame = new LineFrame(output, (line, head) => this.#take(line, head), options.schema);
  }

  /** Throws a CritError for what is no line, and what the work throws. Lines before it have been passed on. */
  push(chunk: Uint8Array): void {
    this.#frame.push(chunk);
  }

  /** Throws a CritError where an error line has passed. */
  end(): void {
    this.#frame.end(() => {
      // Whoever reads on tells that an image never ended, even where all its lines were left out.
      for (const begin of this.#images.unended()) this.#frame.write(begin);
    });
  }

  #take(line: LineView, head: LineHead): void {
    const { kind, image } = head;
    if (head !== this.#head) {
      this.#head = head;
      this.#isChosen = this.#choose(image, head.magic);
      this.#image = undefined;
    }
    if (!this.#isChosen) {
      if (!this.#exclusive) this.#frame.pass(line);
    } else if (kind === 'begin') this.#images.begin(image, copyOf(line));
    else if (kind === 'end') this.#ends(line, head);
    else this.#content(line, head, (this.#image ??= this.#images.of(image)));
  }

  #content(line: LineView, head: LineHead, image: OpenImage): void {
    image.isEmpty = false;
    if (image.isEntryLeftOut && isExtraPiece(head)) return;
    const verdict = this.#work.onLine(line, head);
    if (head.kind === 'entry') image.isEntryLeftOut = verdict === false;
    if (verdict === false) return;
    const name = verdict === true ? head.image : nameIn(verdict);
    if (image.passesAs(name) && image.begin) this.#bracket(image, head, name);
    if (verdict === true) this.#frame.pass(line);
    else this.#frame.replace(line, head, verdict);
  }

  #bracket(image: OpenImage, { image: old }: LineHead, name: string): void {
    if (!image.begin) return;
    if (name === old) this.#frame.write(image.begin);
    else this.#frame.write({ ...image.beginValue(), image: name });
  }

  #ends(line: LineView, head: LineHead): void {
    const image = this.#images.end(head.image);
    if (image?.isEmpty && image.begin) {
      const verdict = this.#work.onEmpty?.(image.beginValue()) ?? true;
      if (verdict === false) return;
      const name = verdict === true ? head.image : nameIn(verdict);
      image.passesAs(name);
      this.#bracket(image, head, name);
    }
    if (image && !image.isEmpty && image.names.length === 0) return;
    for (const name of image?.names ?? []) {
      if (name !== head.image) this.#frame.write({ ...valueOf(line, head), image: name });
    }
    if (!image || image.names.length === 0 || image.names.includes(head.image)) this.#frame.pass(line);
  }
}

function nameIn(line: LineValue): string {
  const { image = '-' } = line;
  if (typeof image !== 'string') throw new CritError('line', '"image" is not a string');
  return image;
}

/** The bytes of a line, with its newline, where they stay. */
function copyOf({ block, from, end }: LineView): Buffer {
  const bytes = Buffer.from(block.subarray(from, end));
  return bytes[bytes.length - 1] === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}
