import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import type { ConnectOpts, SocketConstructorOpts } from 'node:net';
import { CritError } from '../error.ts';
import type { ByteRange } from '../image/piece.ts';
import { PipeWidener } from './pipe-widener.ts';
import { WholeFile } from './whole-file.ts';

/** Bytes that are asked for at once: enough that system calls cost nothing, little enough to stay in the cache. */
const CHUNK_SIZE = 256 * 1024;
/** Chunks of a file that are read before signals and timers have their turn. */
const TURN = 16;
/** How long to wait for a pipe that is set not to block and has nothing yet, in milliseconds. */
const RETRY_DELAY = 2;

/** Standard input, as a file that is open. */
export const STANDARD_INPUT = 0;

/** Where in an ordinary file the next bytes are read: whoever asks for chunks may move it on between them. */
export interface FilePosition {
  next: number;
}

/**
 * The bytes of a file, by its path or its descriptor, in chunks that are valid until the next one.
 *
 * Node's own asynchronous reads go through a pool of threads, with three changes of thread for each: that took half of the
 * time of a pipeline. A file never lets its reader wait, and so is read at once; a pipe is watched by the event loop.
 */
export async function* readChunks(source: string | number): AsyncGenerator<Buffer, void, undefined> {
  const fd = typeof source === 'number' ? source : openSync(source, 'r');
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) yield* readFile(fd);
    else if (fd === STANDARD_INPUT && (stats.isFIFO() || stats.isSocket())) yield* readPipe(fd);
    else yield* readDevice(fd);
  } finally {
    if (typeof source !== 'number') closeSync(fd);
  }
}

/** The bytes of an ordinary file; from `position` on, where that is given. */
export async function* readFile(fd: number, position?: FilePosition): AsyncGenerator<Buffer, void, undefined> {
  let turn = 0;
  for (const chunk of readChunksSync(fd, position)) {
    yield chunk;
    if (++turn % TURN === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Some of the bytes of an ordinary file. Throws a CritError where it does not have them. */
export async function* readRange(path: string, { offset, length }: ByteRange): AsyncGenerator<Buffer, void, undefined> {
  const fd = openSync(path, 'r');
  try {
    let left = length;
    for await (const chunk of readFile(fd, { next: offset })) {
      const some = chunk.subarray(0, left);
      left -= some.length;
      yield some;
      if (left === 0) return;
    }
    throw new CritError('truncated', `ends ${left} bytes before the end of the range that is read`);
  } finally {
    closeSync(fd);
  }
}

/** A pipe, which is closed at its end. */
async function* readPipe(fd: number): AsyncGenerator<Buffer, void, undefined> {
  const { Socket } = await import('node:net');
  const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  const widener = new PipeWidener(fd);
  let wake = (): void => {};
  let size = 0;
  let isOver = false;
  let failure: Error | undefined;
  const options: SocketConstructorOpts & Pick<ConnectOpts, 'onread'> = {
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback(received) {
        size = received;
        wake();
        // No more before this chunk has been used.
        return false;
      },
    },
  };
  const socket = new Socket(options);
  socket.on('end', () => {
    isOver = true;
    wake();
  });
  socket.on('error', (error) => {
    failure = error;
    wake();
  });
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      size = 0;
      socket.resume();
      await woken;
      if (failure) throw failure;
      widener.passed(size);
      if (size > 0) yield buffer.subarray(0, size);
      else if (isOver) return;
    }
  } finally {
    socket.destroy();
  }
}

async function* readDevice(fd: number): AsyncGenerator<Buffer, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (;;) {
    const size = await readSome(fd, buffer);
    if (size === 0) return;
    yield buffer.subarray(0, size);
  }
}

/** The same for code that cannot wait. */
export function* readChunksSync(source: string | number, position?: FilePosition): Generator<Buffer, void, undefined> {
  const fd = typeof source === 'number' ? source : openSync(source, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    const whole = fd === STANDARD_INPUT ? undefined : new WholeFile(fd);
    for (let done = 0; ;) {
      const size = readSomeSync(fd, buffer, position);
      done += size;
      if (position) position.next += size;
      if (size === 0) {
        whole?.check(position?.next ?? done);
        return;
      }
      yield buffer.subarray(0, size);
    }
  } finally {
    if (typeof source !== 'number') closeSync(fd);
  }
}

function readSomeSync(fd: number, buffer: Buffer, position: FilePosition | undefined): number {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, buffer.length, position?.next ?? null);
    } catch (error) {
      if (!isNotReady(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_DELAY);
    }
  }
}

async function readSome(fd: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return await new Promise<number>((resolve, reject) => {
        read(fd, buffer, 0, buffer.length, null, (error, size) => (error ? reject(error) : resolve(size)));
      });
    } catch (error) {
      if (!isNotReady(error)) throw error;
      await new Promise<void>((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

function isNotReady(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
