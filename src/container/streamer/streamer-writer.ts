/** Images to one shard of criu-image-streamer's stream, mixed as they come. */
import { CritError } from '../../error.ts';
import type { CheckpointSink, ImageSink } from '../../image/image-sink.ts';
import { safeParts } from '../../files/safe-name.ts';
import { encodeMessage, type Said } from './message.ts';

/** Data behind one message: what the program itself writes into a pipe of 1 MiB. */
const DATA_SIZE = 256 * 1024 - 4096;

type Content = { readonly bytes: Buffer } | { readonly value: number; readonly length: number };

/** What is to be written, with the file that it is about. */
type Step = { readonly name: string; readonly content: Content | 'end' } | 'end';

export class StreamerWriter implements CheckpointSink {
  readonly isOrdered = true;
  readonly #names = new Set<string>();
  #steps: Step[] = [];
  #seq = 0;
  #current: string | undefined;

  image(name: string): ImageSink {
    safeParts(name);
    if (this.#names.has(name)) throw new CritError('sequence', 'two images have this name', { image: name });
    this.#names.add(name);
    // An empty file must be named, too.
    this.#steps.push({ name, content: { bytes: Buffer.alloc(0) } });
    return {
      write: (bytes) => void this.#steps.push({ name, content: { bytes: Buffer.from(bytes) } }),
      fill: (value, length) => void this.#steps.push({ name, content: { value, length } }),
      end: () => void this.#steps.push({ name, content: 'end' }),
    };
  }

  link(name: string): void {
    throw new CritError('name', 'a link, which the stream of criu-image-streamer cannot hold', { image: name });
  }

  directory(name: string): void {
    throw new CritError('name', 'a directory, which the stream of criu-image-streamer cannot hold', { image: name });
  }

  /** Says that all images have come. */
  end(): void {
    this.#steps.push('end');
  }

  /** What is ready. */
  *take(): Generator<Buffer, void, undefined> {
    const steps = this.#steps;
    this.#steps = [];
    for (const step of steps) {
      if (step === 'end') yield this.#message({ kind: 'end' });
      else {
        if (step.name !== this.#current) yield this.#message({ kind: 'filename', name: step.name });
        this.#current = step.content === 'end' ? undefined : step.name;
        if (step.content === 'end') yield this.#message({ kind: 'file end' });
        else yield* this.#data(step.content);
      }
    }
  }

  /** Nothing is kept anywhere. */
  abort(): void {}

  *#data(content: Content): Generator<Buffer, void, undefined> {
    const length = 'bytes' in content ? content.bytes.length : content.length;
    const block = 'bytes' in content ? undefined : Buffer.alloc(Math.min(length, DATA_SIZE), content.value);
    for (let done = 0; done < length; done += DATA_SIZE) {
      const size = Math.min(DATA_SIZE, length - done);
      yield this.#message({ kind: 'data', size });
      yield block
        ? block.subarray(0, size)
        : 'bytes' in content
          ? content.bytes.subarray(done, done + size)
          : Buffer.alloc(0);
    }
  }

  #message(said: Said): Buffer {
    return encodeMessage({ seq: this.#seq++, said });
  }
}
