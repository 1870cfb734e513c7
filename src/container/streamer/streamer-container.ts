/**
 * What criu-image-streamer writes: files in turns, over any number of shards, whose messages are numbered through. Files come
 * mixed; a name selects the file that the next messages are about.
 */
import { CritError } from '../../error.ts';
import { safeParts } from '../../files/safe-name.ts';
import { NameSet } from '../../line/name-set.ts';
import { handOver, type Container, type ContainerSink, type MemberSink } from '../container.ts';
import type { StreamMessage } from './message.ts';
import { ShardReader } from './shard-reader.ts';

/** The most files that are taken: a little of each name is held in memory. */
const FILES_LIMIT = 1_048_576;

export class StreamerContainer implements Container {
  readonly kind = 'archive';
  readonly #shards: readonly ShardReader[];
  readonly #onClose: () => Promise<void>;

  /** `onClose` gives back what the chunks come from. */
  constructor(shards: readonly AsyncIterable<Uint8Array>[], onClose: () => Promise<void> = async () => {}) {
    this.#shards = shards.map((chunks) => new ShardReader(chunks));
    this.#onClose = onClose;
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    const files = new StreamFiles(sink);
    let seq = 0;
    while (!files.hasEnded) {
      const { shard, said } = await this.#message(seq++);
      if (said.kind !== 'data') files.say(said);
      else {
        const file = files.current();
        for await (const chunk of shard.data(said.size)) {
          if (file) yield* handOver(file, chunk);
          else yield;
        }
      }
    }
    for (const shard of this.#shards) {
      if (await shard.peek())
        throw new CritError('format', 'more follows the end of the stream', { offset: shard.offset });
    }
  }

  close(): Promise<void> {
    return this.#onClose();
  }

  /** The message of that number, out of the shard that has it. */
  async #message(seq: number): Promise<{ shard: ShardReader; said: StreamMessage['said'] }> {
    let least: number | undefined;
    for (const shard of this.#shards) {
      const message = await shard.peek();
      if (!message) continue;
      if (message.seq === seq) {
        shard.take();
        return { shard, said: message.said };
      }
      least = Math.min(least ?? Infinity, message.seq);
    }
    if (least === undefined) throw new CritError('truncated', 'the stream has no end: its last messages are missing');
    const hint = 'where it was written in several shards, name all of them with --stream';
    throw new CritError('sequence', `message ${seq} is missing, ${least} is the next; ${hint}`);
  }
}

interface OpenFile {
  readonly sink: MemberSink | undefined;
}

/** The files that have begun. */
class StreamFiles {
  readonly #sink: ContainerSink;
  readonly #names = new NameSet();
  readonly #open = new Map<string, OpenFile>();
  #current: string | undefined;
  hasEnded = false;

  constructor(sink: ContainerSink) {
    this.#sink = sink;
  }

  say(said: Exclude<StreamMessage['said'], { kind: 'data' }>): void {
    if (said.kind === 'filename') this.#select(said.name);
    else if (said.kind === 'file end') this.#close();
    else this.#end();
  }

  /** Where data goes that comes now; undefined where nobody wants it. Throws a CritError where no file was named. */
  current(): MemberSink | undefined {
    return this.#selected().file.sink;
  }

  #select(name: string): void {
    this.#current = name;
    if (this.#open.has(name)) return;
    safeParts(name);
    if (!this.#names.add(name)) throw new CritError('sequence', 'goes on behind its end', { image: name });
    if (this.#names.size > FILES_LIMIT) throw new CritError('limit', `more than ${FILES_LIMIT} files`);
    this.#open.set(name, {
      sink: this.#sink.wants(name) ? this.#sink.begin({ image: name, type: 'file' }) : undefined,
    });
  }

  #close(): void {
    const { name, file } = this.#selected();
    this.#open.delete(name);
    this.#current = undefined;
    file.sink?.end();
  }

  #end(): void {
    const [name] = this.#open.keys();
    if (name !== undefined)
      throw new CritError('truncated', 'the stream ends before the end of the file', { image: name });
    this.hasEnded = true;
  }

  #selected(): { name: string; file: OpenFile } {
    const name = this.#current;
    const file = name === undefined ? undefined : this.#open.get(name);
    if (name === undefined || !file) throw new CritError('sequence', 'a message about a file that was not named');
    return { name, file };
  }
}
