/**
 * A restore's requests for images, answered one after another as they come; an image goes out while the next request is answered.
 */
import { CritError, isSystemError, placed } from '../error.ts';
import { PipeWidener } from '../files/pipe-widener.ts';
import { BlockingPipe } from './blocking-pipe.ts';
import { PipeWriter, type ConnectionHandler, type Descriptor, type DescriptorConnection } from './descriptors.ts';
import type { ImageSource, Served } from './image-source.ts';
import { RequestReader, reply } from './protocol.ts';

/** Images that are written by threads of their own, of which Node has four: CRIU may want yet another image before it takes these. */
const THREADS = 2;
/** Bytes of such an image that are read while those before are written; and of others. */
const LARGE_CHUNK = 512 * 1024;
const CHUNK = 64 * 1024;

/** CRIU asks a file for its size before it reads these rules, and a pipe has none: it reads nothing, and says nothing. */
const NOT_READ = /^nftables-\d+\.img$/;

export class RestoreRequests implements ConnectionHandler {
  readonly #source: ImageSource;
  readonly #onWarning: ((warning: CritError) => void) | undefined;
  readonly #request = new RequestReader();
  readonly #pipes = new Set<BlockingPipe | PipeWriter>();
  #blocking = 0;
  #connection: DescriptorConnection | undefined;
  /** The image whose pipe comes next. */
  #next: { readonly name: string; readonly image: Served } | undefined;
  /** What was asked for last, and what CRIU has not read to its end. */
  #asked = '';
  readonly #unread = new Set<string>();
  #sending = 0;
  #hasHungUp = false;
  #over: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  /** `onWarning` is told of images that CRIU takes and does not restore. */
  constructor(source: ImageSource, onWarning?: (warning: CritError) => void) {
    this.#source = source;
    this.#onWarning = onWarning;
  }

  /** Serves until CRIU has hung up. Throws a CritError where it asks for what cannot be, or stops reading. */
  async serve(connection: DescriptorConnection): Promise<void> {
    this.#connection = connection;
    const over = new Promise<void>((resolve, reject) => {
      this.#over = { resolve, reject };
    });
    connection.resume();
    await over;
  }

  /** Whether CRIU has hung up without having read what it asked for last. */
  get isLeftUnread(): boolean {
    return this.#hasHungUp && this.#unread.has(this.#asked);
  }

  close(): void {
    for (const pipe of this.#pipes) pipe.close();
    this.#connection?.close();
  }

  byte(value: number, descriptor: Descriptor | undefined): boolean {
    try {
      if (this.#next) this.#take(descriptor);
      else this.#ask(this.#request.push(value));
      return true;
    } catch (error) {
      this.#over?.reject(error);
      return false;
    }
  }

  end(error: Error | undefined): void {
    this.#hasHungUp = true;
    if (error) this.#over?.reject(placed(error, { image: 'the connection to CRIU' }));
    else this.#checkEnd();
  }

  #ask(name: string | undefined): void {
    if (name === undefined) return;
    this.#asked = name;
    const image = this.#source.find(name);
    this.#connection?.write(reply(image !== undefined));
    this.#next = image && { name, image };
  }

  #take(descriptor: Descriptor | undefined): void {
    const next = this.#next;
    this.#next = undefined;
    if (!next) return;
    if (!descriptor) throw new CritError('io', 'its pipe has not come', { image: next.name });
    this.#sending++;
    this.#send(descriptor, next.name, next.image).then(
      (isRead) => {
        if (!isRead) this.#unread.add(next.name);
        this.#sending--;
        this.#checkEnd();
      },
      (error: unknown) => this.#over?.reject(placed(error, { image: next.name })),
    );
  }

  /** Gives whether CRIU has read all of it. */
  async #send(descriptor: Descriptor, name: string, image: Served): Promise<boolean> {
    const isBlocking = this.#blocking < THREADS;
    if (isBlocking) this.#blocking++;
    const pipe = isBlocking ? new BlockingPipe(descriptor) : new PipeWriter(descriptor);
    this.#pipes.add(pipe);
    const widener = new PipeWidener(descriptor.fd);
    let size = 0;
    try {
      let last = Promise.resolve();
      for (const chunk of image.chunks(isBlocking ? LARGE_CHUNK : CHUNK)) {
        size += chunk.length;
        await last;
        widener.passed(chunk.length);
        last = pipe.write(chunk);
        // It is awaited when the next chunk has been read.
        last.catch(() => {});
      }
      await last;
      return true;
    } catch (error) {
      if (isSystemError(error) && error.code === 'EPIPE') return false;
      throw error;
    } finally {
      if (size > 0 && NOT_READ.test(name)) this.#warn(name);
      if (isBlocking) this.#blocking--;
      this.#pipes.delete(pipe);
      pipe.close();
    }
  }

  #warn(name: string): void {
    const reason = 'CRIU reads no rules of nftables from a stream: the restored network has none of them';
    this.#onWarning?.(new CritError('io', reason, { image: name }));
  }

  #checkEnd(): void {
    if (!this.#hasHungUp || this.#sending > 0) return;
    // Some images CRIU opens and does not read, or not to their end; then it goes on.
    if (!this.isLeftUnread) this.#over?.resolve();
    else {
      const reason = 'CRIU has stopped reading it, and asked for nothing more';
      this.#over?.reject(new CritError('io', reason, { image: this.#asked }));
    }
  }
}
