/** Members of any container to lines, in the order in which they come. */
import type { Output } from '../codec/output.ts';
import type { ContainerSink, Member, MemberSink } from '../container/container.ts';
import { CritError, placed, type ErrorCode } from '../error.ts';
import { ImageDecoder, type ImageDecoderOptions } from '../line/image-decoder.ts';
import { ImageLines, type BeginDetails, type EndDetails } from '../line/image-lines.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import { rawMagicByFile } from '../schema/images.ts';
import type { Span } from '../line/span-piece-writer.ts';
import { NameSet } from '../line/name-set.ts';

/** What is said of bytes that are no image. */
const DAMAGE: readonly ErrorCode[] = ['format', 'truncated', 'limit'];

export interface MemberLinesOptions extends Omit<
  ImageDecoderOptions,
  'name' | 'accept' | 'begin' | 'spans' | 'toldSize'
> {
  /** Whether large raw images are told by their place. */
  readonly refs?: boolean;
  /** Which members are opened, by their names. */
  readonly wants: (image: string) => boolean;
  readonly accept: (image: string, magic: string) => boolean;
  /** Of a file of its own, which bytes belong together and whose they are. */
  readonly spansOf?: (path: string) => Iterable<Span> | undefined;
  /** Told about a member that failed, to go on with the next; without it, the error is thrown. */
  readonly onError?: ((error: CritError) => void) | undefined;
}

/** Takes the members of one container after another. */
export interface LinesSink extends ContainerSink {
  /** The next container comes, whose images have a name before their own; whether there may be several. */
  container(prefix: string, hasOthers?: boolean): void;
}

export class MemberLines implements LinesSink {
  readonly #output: Output;
  readonly #options: MemberLinesOptions;
  /** Names of containers before this one, and of this one. */
  readonly #before: NameSet[] = [];
  #names = new NameSet();
  #prefix = '';
  #hasOthers = false;

  constructor(output: Output, options: MemberLinesOptions) {
    this.#output = output;
    this.#options = options;
  }

  container(prefix: string, hasOthers = false): void {
    this.#prefix = prefix;
    this.#hasOthers = hasOthers;
    this.#before.push(this.#names);
    this.#names = new NameSet();
  }

  wants(image: string): boolean {
    return this.#options.wants(this.#named(image));
  }

  begin(member: Member): MemberSink | undefined {
    const image = this.#named(member.image);
    let decoder: ImageDecoder | undefined;
    let end: ((details: EndDetails) => void) | undefined;
    const failed = (error: unknown): void => {
      decoder = end = undefined;
      this.#fail(this.#hinted(error, image), image);
    };
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        failed(error);
      }
    };
    attempt(() => {
      this.#add(image);
      const { range, size = 0 } = member;
      const begin: BeginDetails = { mode: member.mode, tar: member.tar, range: range && { ...range, size } };
      if (member.type === 'file') {
        const { wants: _wants, accept, spansOf, refs, onError: _onError, ...rest } = this.#options;
        const file = new ImageDecoder(this.#output, {
          ...rest,
          name: image,
          begin,
          accept: (magic) => accept(image, magic),
          toldSize: refs ? (range?.length ?? member.size) : undefined,
          spans: member.path === undefined ? undefined : spansOf?.(member.path),
        });
        decoder = file;
        end = (details) => file.end(details);
      } else end = this.#brackets(image, member, begin);
    });
    if (!end) return undefined;
    return {
      range: member.range,
      get isSkipped() {
        return decoder === undefined || decoder.isSkipped;
      },
      get isComplete() {
        return decoder?.isComplete ?? false;
      },
      write: (bytes) => attempt(() => decoder?.push(bytes)),
      *writeInSteps(bytes) {
        try {
          if (decoder) yield* decoder.pushInSteps(bytes);
        } catch (error) {
          failed(error);
        }
      },
      end: (details = {}) => attempt(() => end?.(details)),
    };
  }

  fail(error: unknown, image: string): void {
    this.#fail(error, this.#named(image));
  }

  #named(image: string): string {
    return this.#prefix === '' ? image : image === '.' ? this.#prefix : `${this.#prefix}/${image}`;
  }

  #add(image: string): void {
    if (this.#before.some((names) => names.has(image)))
      throw new CritError('usage', 'two inputs have this name in the lines');
    if (!this.#names.add(image)) throw new CritError('sequence', 'two members have this name');
  }

  #brackets(image: string, member: Member, begin: BeginDetails): ((details: EndDetails) => void) | undefined {
    const magic = member.type === 'directory' ? 'DIR' : 'LINK';
    if (!this.#options.accept(image, magic)) return undefined;
    if (this.#options.bare) throw new CritError('usage', 'has no entries: leave --bare out');
    const lines = new ImageLines(this.#output, image, magic);
    lines.begin(begin, member.target);
    return (details) => lines.end(details);
  }

  #fail(error: unknown, image: string): void {
    const failure = placed(error, { image });
    if (!this.#options.onError || !(failure instanceof CritError)) throw failure;
    this.#options.onError(failure);
  }

  /** A file of somebody else's that begins like an image and is none need not be in the way. */
  #hinted(error: unknown, image: string): unknown {
    const { schema = BUILT_IN } = this.#options;
    if (!(error instanceof CritError) || !this.#hasOthers || !DAMAGE.includes(error.code)) return error;
    if (rawMagicByFile(image) ?? schema.byFile(image)) return error;
    const hint = `CRIU has no image of that name; crit-cat -i '!${image.replaceAll("'", '?')}' goes on without it`;
    return new CritError(error.code, `${error.reason}: ${hint}`, error.place, error.cause);
  }
}
