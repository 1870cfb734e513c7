import { statSync } from 'node:fs';
import { CritError, isSystemError } from '../../error.ts';
import { readChunks, readRange } from '../../files/read-chunks.ts';
import { isOwnStaging } from '../../files/staging.ts';
import { walk, type Found } from '../../files/walk.ts';
import { handOver, type Container, type ContainerSink } from '../container.ts';

const LEFT_BEHIND = 'left behind by a crit-pack that was killed, and passed over';
const INTERRUPTED =
  'passed over: a command was killed while it put its files in place, or still does, and some of those here are old: run it again';

export interface DirectoryOptions {
  /** Whether symbolic links are followed; without it, they are members themselves. */
  readonly follow?: boolean;
  /** Other contents in place of those of a file. */
  readonly contents?: (path: string) => Promise<Iterable<Uint8Array> | undefined>;
  /** Told how many bytes were read, again and again. */
  readonly onRead?: (count: number) => void;
  /** Told what was passed over, and how to have it. */
  readonly onWarning?: (warning: CritError) => void;
}

/** The files below a directory, by name. Nothing is opened that the sink does not want. */
export class DirectoryContainer implements Container {
  readonly kind = 'directory';
  readonly #path: string;
  readonly #options: DirectoryOptions;
  #links = 0;

  constructor(path: string, options: DirectoryOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  async *read(sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    const { follow = false, onWarning } = this.#options;
    this.#links = 0;
    for (const found of walk(this.#path, { follow })) {
      if (!sink.wants(found.image)) continue;
      try {
        yield* this.#member(found, sink);
      } catch (error) {
        sink.fail(error, found.image);
      }
    }
    if (this.#links > 0) {
      const what =
        this.#links === 1
          ? 'a symbolic link to a file, which was'
          : `${this.#links} symbolic links to files, which were`;
      onWarning?.(new CritError('usage', `${what} not followed: -L follows links`, { image: this.#path }));
    }
  }

  async close(): Promise<void> {}

  async *#member(found: Found, sink: ContainerSink): AsyncGenerator<void, void, undefined> {
    const { image } = found;
    if (found.kind === 'error') throw found.error;
    if (found.kind === 'stale') {
      if (isOwnStaging(image)) return;
      this.#options.onWarning?.(new CritError('name', found.wasInterrupted ? INTERRUPTED : LEFT_BEHIND, { image }));
      return;
    }
    if (found.kind === 'link') {
      if (leadsToFile(found.path)) this.#links++;
      sink.begin({ image, type: 'link', target: found.target })?.end();
      return;
    }
    if (found.kind === 'empty') {
      sink.begin({ image, type: 'directory', mode: found.mode })?.end();
      return;
    }
    const { path, mode, size } = found;
    const file = sink.begin({ image, type: 'file', path, mode, size });
    if (!file) return;
    const other = await this.#options.contents?.(path);
    for await (const chunk of other ?? (file.range ? readRange(path, file.range) : readChunks(path))) {
      this.#options.onRead?.(chunk.length);
      yield* handOver(file, chunk);
      if (file.isSkipped) return;
      if (file.isComplete) break;
    }
    file.end();
  }
}

function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
