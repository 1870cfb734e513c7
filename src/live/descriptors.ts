/**
 * How Node gets descriptors that are sent over a UNIX socket: the one file that knows.
 *
 * Node has no documented way. But the pipes that it makes for its child processes do receive descriptors, and such a pipe can be
 * opened on any socket. That is tried on Node 20, 22, 24 and 26 (`npm run test:nodes`); `pipeOf` says what is missing where it no
 * longer holds. The way out would then be an optional dependency on koffi (MIT, no install script, 4.2 MiB): it calls recvmsg(2)
 * itself, with MSG_DONTWAIT and room for one SCM_RIGHTS message, on the descriptor of a connection that was accepted with
 * `pauseOnConnect`. With koffi 3.3.4 that has brought 200 of 200 descriptors on each of these four, behind a hang-up as well,
 * for 70 ms at the start and 10 MiB; readiness would have to be polled, and pipes be read by node:fs.
 *
 * A descriptor that is neither a pipe nor a socket can make Node abort, so the socket must be open to its owner alone.
 */
import { Socket, type ConnectOpts, type Server, type SocketConstructorOpts } from 'node:net';
import { CritError } from '../error.ts';
import { PipeWidener } from '../files/pipe-widener.ts';

/** The kind of a pipe that takes descriptors, as Node's own code numbers it. */
const IPC = 2;
/** What a pipe of CRIU holds: more never comes at once. */
const CHUNK_SIZE = 64 * 1024;

/** The end of a pipe that came over a socket; it is closed by whoever uses it. */
export interface Descriptor {
  readonly fd: number;
  setBlocking(isBlocking: boolean): unknown;
  close(): void;
}

interface Handle extends Descriptor {
  open(fd: number): unknown;
}

type PipeClass = abstract new (...args: never[]) => unknown;

/** Node's class of pipes, from a server that listens. Throws a CritError where this Node has not what is needed. */
export function pipeOf(server: Server): PipeClass {
  const handle: unknown = Reflect.get(server, '_handle');
  const found: unknown = typeof handle === 'object' && handle !== null ? handle.constructor : undefined;
  if (!isClass(found)) throw missing('the handle of a server');
  const pipe: unknown = Reflect.construct(found, [IPC]);
  if (!isHandle(pipe)) throw missing('a pipe with open, setBlocking and close');
  pipe.close();
  return found;
}

/** Told what comes over a connection. */
export interface ConnectionHandler {
  /** Takes a byte, with the descriptor that came with it; gives whether the next one is wanted before `resume`. */
  byte(value: number, descriptor: Descriptor | undefined): boolean;
  /** The other side has hung up, or the connection has failed: nothing more comes. */
  end(error: Error | undefined): void;
}

/** A connection over which descriptors come. */
export class DescriptorConnection {
  readonly #socket: Socket;

  /** Of a connection that was accepted and has not been read from. Begins to read with `resume`. */
  constructor(Pipe: PipeClass, accepted: Socket, handler: ConnectionHandler) {
    const original: unknown = Reflect.get(accepted, '_handle');
    const handle: unknown = Reflect.construct(Pipe, [IPC]);
    if (!isHandle(original) || !isHandle(handle)) throw missing('the handle of a connection');
    // The handle that was accepted is never closed: both are the same descriptor, which the new one closes.
    handle.open(original.fd);
    // A read that leaves room in its buffer is taken for the last one when the other side has hung up, although the kernel ends
    // each read at a descriptor: whatever came behind it would be lost. A buffer of one byte has never room.
    const buffer = Buffer.alloc(1);
    const options: Options = {
      handle,
      onread: {
        buffer,
        callback: () => {
          const descriptor: unknown = Reflect.get(handle, 'pendingHandle');
          Reflect.set(handle, 'pendingHandle', undefined);
          return handler.byte(buffer[0] ?? 0, isDescriptor(descriptor) ? descriptor : undefined);
        },
      },
    };
    this.#socket = new Socket(options);
    onceOver(this.#socket, (error) => handler.end(error));
  }

  resume(): void {
    this.#socket.resume();
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Told what comes out of a pipe. */
export interface PipeHandler {
  /** Takes bytes, which stay valid until `resume` asks for more. */
  chunk(bytes: Buffer): void;
  end(error: Error | undefined): void;
}

/** The end of a pipe that is read, one chunk at a time. */
export class PipeReader {
  readonly #socket: Socket;

  constructor(descriptor: Descriptor, handler: PipeHandler) {
    descriptor.setBlocking(false);
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    const widener = new PipeWidener(descriptor.fd);
    const options: Options = {
      handle: descriptor,
      readable: true,
      writable: false,
      onread: {
        buffer,
        callback(size) {
          widener.passed(size);
          handler.chunk(buffer.subarray(0, size));
          return false;
        },
      },
    };
    this.#socket = new Socket(options);
    onceOver(this.#socket, (error) => handler.end(error));
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The end of a pipe that is written. */
export class PipeWriter {
  readonly #socket: Socket;

  constructor(descriptor: Descriptor) {
    descriptor.setBlocking(false);
    const options: Options = { handle: descriptor, readable: false, writable: true };
    this.#socket = new Socket(options);
    // Whoever writes is told.
    this.#socket.on('error', () => {});
  }

  /** Writes bytes, which must stay as they are until then. Rejects where the reader has gone. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

type Options = SocketConstructorOpts & Partial<Pick<ConnectOpts, 'onread'>> & { handle: object };

/** Calls back once, at the end of what a socket reads or at its failure. */
function onceOver(socket: Socket, over: (error: Error | undefined) => void): void {
  let isOver = false;
  const once = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    over(error);
  };
  socket.on('end', () => once());
  socket.on('error', once);
  socket.on('close', () => once());
}

function missing(what: string): CritError {
  return new CritError('io', `Node ${process.version} lacks what receives descriptors (${what}): use Node 20 to 26`);
}

function isClass(value: unknown): value is PipeClass {
  return typeof value === 'function';
}

function isDescriptor(value: unknown): value is Descriptor {
  return hasMethods(value, ['setBlocking', 'close']) && typeof Reflect.get(value, 'fd') === 'number';
}

function isHandle(value: unknown): value is Handle {
  return isDescriptor(value) && hasMethods(value, ['open']);
}

function hasMethods(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
