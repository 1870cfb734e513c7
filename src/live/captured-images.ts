/**
 * The images that CRIU writes while it dumps, as lines: mixed as they come, in whole lines.
 *
 * CRIU sends the name of an image and a pipe for each, many of them open at once, and hangs up in the same way whether it has
 * succeeded or failed: only the last image tells. A source is read again when what it gave has been used, and so a reader that
 * does not take the lines stops CRIU.
 */
import { setImmediate } from 'node:timers/promises';
import { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import { ImageDecoder, type ImageDecoderOptions } from '../line/image-decoder.ts';
import { PipeReader, type ConnectionHandler, type Descriptor, type DescriptorConnection } from './descriptors.ts';
import { LAST_IMAGE, RequestReader } from './protocol.ts';

/** Lines are passed on when there are so many bytes of them, or nothing else is ready. */
const FULL = 128 * 1024;

export interface CapturedImagesOptions extends Pick<ImageDecoderOptions, 'schema'> {
  /** Told once for each image about entries that are valid, but not written as CRIU writes them. */
  readonly onWarning?: (warning: CritError) => void;
}

export class CapturedImages implements ConnectionHandler {
  readonly #options: CapturedImagesOptions;
  readonly #output = new Output();
  readonly #request = new RequestReader();
  readonly #names = new Set<string>();
  readonly #open = new Map<string, PipeReader>();
  /** What has happened and has not been dealt with. */
  readonly #events: (() => void)[] = [];
  #wake = (): void => {};
  #connection: DescriptorConnection | undefined;
  /** The image whose pipe comes next. */
  #next: string | undefined;
  #hasLast = false;
  #hasHungUp = false;
  /** What has come behind the last image. */
  #surplus: CritError | undefined;

  constructor(options: CapturedImagesOptions = {}) {
    this.#options = options;
  }

  /** Whether all images of a dump have come. */
  get isComplete(): boolean {
    return this.#hasLast && this.#open.size === 0;
  }

  /** The lines, up to the end of the last image. Throws a CritError, after the lines before, where the dump ends without it. */
  lines(connection: DescriptorConnection): AsyncGenerator<Buffer, void, undefined> {
    this.#connection = connection;
    return this.#lines();
  }

  /** Waits until CRIU has hung up. Throws a CritError where it went on behind the last image. */
  async hangUp(): Promise<void> {
    this.#connection?.resume();
    for (;;) {
      const event = this.#events.shift();
      if (event) event();
      else if (this.#hasHungUp) break;
      else await this.#happening();
    }
    if (this.#surplus) throw this.#surplus;
  }

  /** Lets go of everything: CRIU finds its pipes broken, and fails. */
  close(): void {
    for (const pipe of this.#open.values()) pipe.close();
    this.#connection?.close();
  }

  byte(value: number, descriptor: Descriptor | undefined): boolean {
    if (this.#next === undefined) {
      try {
        this.#next = this.#request.push(value);
      } catch (error) {
        this.#happened(() => {
          throw error;
        });
        return false;
      }
      return true;
    }
    const name = this.#next;
    this.#next = undefined;
    this.#happened(() => this.#begin(name, descriptor));
    return false;
  }

  end(error: Error | undefined): void {
    this.#happened(() => {
      this.#hasHungUp = true;
      if (error) throw placed(error, { image: 'the connection to CRIU' });
      this.#checkEnd();
    });
  }

  async *#lines(): AsyncGenerator<Buffer, void, undefined> {
    const output = this.#output;
    this.#connection?.resume();
    try {
      while (!this.isComplete) {
        const event = this.#events.shift();
        if (event) event();
        else if (output.length === 0) await this.#happening();
        // What comes in the next turn of the event loop goes along.
        if (output.length > 0 && output.length < FULL && this.#events.length === 0) await setImmediate();
        if (output.length >= FULL || (output.length > 0 && this.#events.length === 0)) yield output.pass();
      }
    } catch (error) {
      if (output.length > 0) yield output.pass();
      throw error;
    }
    if (output.length > 0) yield output.pass();
  }

  #begin(name: string, descriptor: Descriptor | undefined): void {
    if (!descriptor) throw new CritError('io', 'its pipe has not come', { image: name });
    if (this.isComplete) {
      descriptor.close();
      this.#surplus = new CritError('sequence', `an image behind ${LAST_IMAGE}, which is the last one`, {
        image: name,
      });
      return;
    }
    if (this.#names.has(name)) throw new CritError('sequence', 'CRIU has written it before', { image: name });
    this.#names.add(name);
    const { onWarning, schema } = this.#options;
    const decoder = new ImageDecoder(this.#output, { name, schema, ...(onWarning && { onWarning }) });
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        throw placed(error, { image: name });
      }
    };
    const pipe = new PipeReader(descriptor, {
      chunk: (bytes) => {
        this.#happened(() => {
          attempt(() => decoder.push(bytes));
          pipe.resume();
        });
      },
      end: (failure) => {
        this.#happened(() => {
          attempt(() => {
            if (failure) throw failure;
            decoder.end();
          });
          this.#end(name);
        });
      },
    });
    this.#open.set(name, pipe);
    pipe.resume();
    this.#connection?.resume();
  }

  #end(name: string): void {
    this.#open.delete(name);
    if (name === LAST_IMAGE) this.#hasLast = true;
    this.#checkEnd();
  }

  /** CRIU has hung up, and what it sent has been read: that must have been all. */
  #checkEnd(): void {
    if (!this.#hasHungUp || this.#open.size > 0 || this.#hasLast) return;
    throw new CritError('truncated', `CRIU has hung up before ${LAST_IMAGE}, the last image: its dump has failed`);
  }

  #happened(event: () => void): void {
    this.#events.push(event);
    this.#wake();
  }

  #happening(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
