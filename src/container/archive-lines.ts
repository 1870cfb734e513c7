/** Members of an archive to lines, in one pass and in the order of the archive. */
import { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import { ImageDecoder, type ImageDecoderOptions } from '../line/image-decoder.ts';
import { ImageLines, type EndDetails } from '../line/image-lines.ts';
import type { ParsedHeader } from './tar/header-parser.ts';
import { describeMember, type TarDetails, type TarEnd } from './tar/tar-details.ts';
import { imageOf, type MemberType } from './tar/tar-member.ts';
import { TarReader, type TarHandler } from './tar/tar-reader.ts';

export interface ArchiveLinesOptions extends Omit<ImageDecoderOptions, 'name' | 'accept' | 'begin'> {
  /** Stands before the name of each image, with a slash, where there are several archives. */
  readonly prefix: string;
  readonly accept: (image: string, magic: string) => boolean;
  /** Told about an image that failed, to go on with the next; without it, the error is thrown. */
  readonly onError?: (error: CritError) => void;
}

/** Lines are passed on when there are so many bytes of them. */
const FULL = 128 * 1024;

/** The lines of an archive, in chunks. Throws a CritError, with the lines before it in the output, where it is damaged. */
export async function* archiveLines(
  chunks: AsyncIterable<Uint8Array>,
  options: ArchiveLinesOptions,
  output: Output,
): AsyncGenerator<Buffer, void, undefined> {
  const lines = new MemberLines(output, options);
  const reader = new TarReader(lines);
  try {
    for await (const chunk of chunks) {
      reader.push(chunk);
      if (output.length >= FULL) yield output.pass();
    }
    reader.end();
  } catch (error) {
    // The member before the damage is whole.
    if (!reader.isWithinMember) lines.close();
    throw error;
  }
}

/** The lines of a member that still lack the last one. */
interface OpenMember {
  readonly end: (details: EndDetails) => void;
  readonly decoder: ImageDecoder | undefined;
}

class MemberLines implements TarHandler {
  readonly #output: Output;
  readonly #options: ArchiveLinesOptions;
  readonly #names = new Set<string>();
  #open: OpenMember | undefined;
  #image = '';
  #padding: string | undefined;

  constructor(output: Output, options: ArchiveLinesOptions) {
    this.#output = output;
    this.#options = options;
  }

  member({ member, blocks }: ParsedHeader): void {
    this.#end();
    const { prefix } = this.#options;
    const image = prefix === '' ? imageOf(member.path) : `${prefix}/${imageOf(member.path)}`;
    this.#image = image;
    this.#try(() => {
      if (this.#names.has(image)) throw new CritError('sequence', 'two members have this name');
      this.#names.add(image);
      const tar = describeMember(member, blocks);
      this.#open =
        member.type === 'file' ? this.#file(image, tar) : this.#bracket(image, member.type, member.target, tar);
    });
  }

  data(bytes: Uint8Array): void {
    const { decoder } = this.#open ?? {};
    if (decoder) this.#try(() => decoder.push(bytes));
  }

  padding(bytes: Uint8Array): void {
    this.#padding = bytes.every((byte) => byte === 0) ? undefined : Buffer.from(bytes).toString('base64');
  }

  finish(zeros: number): void {
    this.#end(zeros === 1024 ? undefined : zeros);
  }

  /** Ends the member that came last, where the archive does not go on. */
  close(): void {
    this.#end();
  }

  #file(image: string, tar: TarDetails): OpenMember {
    const { prefix: _prefix, accept, onError: _onError, ...rest } = this.#options;
    const decoder = new ImageDecoder(this.#output, {
      ...rest,
      name: image,
      begin: { tar },
      accept: (magic) => accept(image, magic),
    });
    return { decoder, end: (details) => decoder.end(details) };
  }

  #bracket(image: string, type: Exclude<MemberType, 'file'>, target: string, tar: TarDetails): OpenMember | undefined {
    const magic = type === 'directory' ? 'DIR' : 'LINK';
    if (!this.#options.accept(image, magic)) return undefined;
    if (this.#options.bare) throw new CritError('usage', 'has no entries: leave --bare out');
    const lines = new ImageLines(this.#output, image, magic);
    lines.begin({ tar }, type === 'directory' ? undefined : Buffer.from(target));
    return { decoder: undefined, end: (details) => lines.end(details) };
  }

  /** Ends the member before: only now is it known what follows it. */
  #end(zeros?: number): void {
    const padding = this.#padding;
    const open = this.#open;
    this.#open = undefined;
    this.#padding = undefined;
    const tar: TarEnd = { ...(padding !== undefined && { padding }), ...(zeros !== undefined && { zeros }) };
    if (open) this.#try(() => open.end(Object.keys(tar).length > 0 ? { tar } : {}));
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      const failure = placed(error, { image: this.#image });
      this.#open = undefined;
      if (!this.#options.onError || !(failure instanceof CritError)) throw failure;
      this.#options.onError(failure);
    }
  }
}
