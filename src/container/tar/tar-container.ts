import type { EndDetails } from '../../line/image-lines.ts';
import type { Container, ContainerSink, MemberSink } from '../container.ts';
import type { ParsedHeader } from './header-parser.ts';
import { describeMember, type TarEnd } from './tar-details.ts';
import { imageOf } from './tar-member.ts';
import { TarReader, type TarHandler } from './tar-reader.ts';

/** Zeros that end an archive, and are not worth a word. */
const USUAL_END = 1024;

/** What a tar archive is read from. */
export interface TarSource {
  /** Its bytes. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Passes over bytes behind those that were given, where that can be; gives how many. */
  skip?(count: number): number;
  /** The file that they are, from its beginning, where it can be read at random. */
  readonly file?: number | undefined;
  /** Gives back what the chunks come from. */
  close?(): Promise<void>;
}

/** A tar archive, in one pass. */
export class TarContainer implements Container {
  readonly kind = 'archive';
  readonly #source: TarSource;

  constructor(source: TarSource) {
    this.#source = source;
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    const members = new TarMembers(sink, this.#source.file);
    const reader = new TarReader(members);
    try {
      for await (const chunk of this.#source.chunks) {
        reader.push(chunk);
        if (reader.left > 0 && !members.isWanted) reader.skip(this.#source.skip?.(reader.left) ?? 0);
        yield;
      }
      reader.end();
    } catch (error) {
      // The member before the damage is whole.
      if (!reader.isWithinMember) members.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#source.close?.();
  }
}

/** Members of a tar to those of any container. What follows a member is known when the next one begins, and told at its end. */
class TarMembers implements TarHandler {
  readonly #sink: ContainerSink;
  readonly #file: number | undefined;
  #open: MemberSink | undefined;
  #padding: string | undefined;

  constructor(sink: ContainerSink, file: number | undefined) {
    this.#sink = sink;
    this.#file = file;
  }

  /** Whether the contents of the member that is being read are wanted. */
  get isWanted(): boolean {
    return this.#open !== undefined && this.#open.isSkipped !== true;
  }

  member({ member, blocks }: ParsedHeader, offset: number): void {
    this.#end();
    const image = imageOf(member.path);
    if (!this.#sink.wants(image)) return;
    this.#open = this.#sink.begin({
      image,
      type: member.type === 'hard link' ? 'link' : member.type,
      target: member.type === 'file' || member.type === 'directory' ? undefined : Buffer.from(member.target),
      size: member.type === 'file' ? member.size : undefined,
      place: member.type === 'file' && this.#file !== undefined ? { fd: this.#file, offset } : undefined,
      tar: describeMember(member, blocks),
    });
  }

  data(bytes: Uint8Array): void {
    this.#open?.write(bytes);
  }

  padding(bytes: Uint8Array): void {
    this.#padding = bytes.every((byte) => byte === 0) ? undefined : Buffer.from(bytes).toString('base64');
  }

  finish(zeros: number): void {
    this.#end(zeros === USUAL_END ? undefined : zeros);
  }

  /** Ends the member that came last, where the archive does not go on. */
  close(): void {
    this.#end();
  }

  #end(zeros?: number): void {
    const open = this.#open;
    const padding = this.#padding;
    this.#open = undefined;
    this.#padding = undefined;
    if (!open) return;
    const tar: TarEnd = { ...(padding !== undefined && { padding }), ...(zeros !== undefined && { zeros }) };
    const details: EndDetails = Object.keys(tar).length > 0 ? { tar } : {};
    open.end(details);
  }
}
