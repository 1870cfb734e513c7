/**
 * What holds many images: a directory, an archive, a stream. Each kind has a folder here; it gives its members to a sink, in one
 * pass and in its own order, so that whatever takes images (lines, files) takes them from anything.
 */
import type { ByteRange } from '../image/piece.ts';
import type { EndDetails } from '../line/image-lines.ts';

/** What a container says of a member before its contents. */
export interface Member {
  /** Its name in the lines; `.` is the container itself, where it has a place among its members. */
  readonly image: string;
  readonly type: 'file' | 'link' | 'directory';
  /** Where a link leads. */
  readonly target?: Uint8Array | undefined;
  /** Permission bits, where they are not told in `tar`. */
  readonly mode?: number | undefined;
  /** What only a container of this kind can say, for `begin.tar`. */
  readonly tar?: object | undefined;
  /** Bytes of its contents, where they are known before. */
  readonly size?: number | undefined;
  /** Where it is a file of its own, which can be read at random. */
  readonly path?: string | undefined;
  /** Which of its bytes are taken, where not all of a file of its own are. */
  readonly range?: ByteRange | undefined;
  /** Where its contents lie as they are in the file of an archive, which is open as long as the container is. */
  readonly place?: { readonly fd: number; readonly offset: number } | undefined;
}

/** Takes the contents of one member. */
export interface MemberSink {
  /** The bytes that are wanted, where not all of a file of its own are: the container gives these alone. */
  readonly range?: ByteRange | undefined;
  /** Whether no more of it is wanted. */
  readonly isSkipped?: boolean;
  /** Whether nothing more of it is needed before its end. */
  readonly isComplete?: boolean;
  /** Takes bytes, which are valid until the call returns. Never called for links and directories. */
  write(bytes: Uint8Array): void;
  /** The same, for members that can become much at once: yields where what came of them should be passed on before the rest. */
  writeInSteps?(bytes: Uint8Array): Generator<void, void, void>;
  /** The member is complete. */
  end(details?: EndDetails): void;
}

/** Gives bytes to a member; yields whenever what came of them can be passed on. */
export function* handOver(member: MemberSink, bytes: Uint8Array): Generator<void, void, void> {
  if (member.writeInSteps) yield* member.writeInSteps(bytes);
  else member.write(bytes);
  yield;
}

/** Takes what a container holds. */
export interface ContainerSink {
  /** Whether a member of that name is wanted at all: asked before it is opened, or refused for what it is. */
  wants(image: string): boolean;
  /** A member begins. Undefined where no more of it is wanted. Members may come mixed: each has its own sink. */
  begin(member: Member): MemberSink | undefined;
  /** A member cannot be read. Throws the error, or notes it, and the container goes on with the next. */
  fail(error: unknown, image: string): void;
}

export interface Container {
  /** `archive`: read in one pass, nothing in it can be read at random. `file`: one file, and no container at all. */
  readonly kind: 'directory' | 'archive' | 'file';
  /** What is said of an OCI image, once all of it was read. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * Gives all members to the sink. Yields after every few bytes, so that what came of them can be passed on. Throws a CritError
   * where the container is damaged, with the members before the damage complete.
   */
  read(sink: ContainerSink): AsyncGenerator<void, void, undefined>;
  /** Gives back what is open. */
  close(): Promise<void>;
}
