import type { Gunzip, Gzip } from 'node:zlib';
import { CritError } from '../../error.ts';

/** What a codec gives at once: each part is a change of thread, and of 16 KiB, as Node has it, they take most of the time. */
export const CODEC_CHUNK: { readonly chunkSize: number } = { chunkSize: 128 * 1024 };

/**
 * Sends chunks through a codec of Node's, one after the other. Each is used up before the next is asked for. Throws a
 * CritError with the byte offset to which the codec came where they are damaged or cut off.
 *
 * A codec that fails never calls back, and one that has come to the end of its data neither: both must wake who waits.
 */
export async function* throughCodec(
  codec: Gzip | Gunzip,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let wake = (): void => {};
  let failure: Error | undefined;
  let hasEnded = false;
  codec.on('readable', () => wake());
  codec.on('close', () => wake());
  codec.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  codec.on('end', () => {
    hasEnded = true;
    wake();
  });
  const outcome = async function* (isDone: () => boolean): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const bytes: unknown = codec.read();
      if (failure) throw damage(failure, codec.bytesWritten);
      if (Buffer.isBuffer(bytes)) yield bytes;
      else if (hasEnded || isDone()) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  };
  let given = 0;
  // Whether the codec has left bytes behind, since its data ends before them.
  let isOver = false;
  try {
    for await (const chunk of chunks) {
      given += chunk.length;
      if (isOver) {
        checkZeros(chunk, given - chunk.length);
        continue;
      }
      let isTaken = false;
      codec.write(chunk, () => {
        isTaken = true;
        wake();
      });
      yield* outcome(() => isTaken);
      isOver = codec.bytesWritten < given;
      if (isOver) checkZeros(chunk.subarray(chunk.length - (given - codec.bytesWritten)), codec.bytesWritten);
    }
    if (hasEnded) return;
    codec.end();
    yield* outcome(() => codec.destroyed);
    if (!hasEnded) throw new Error('a codec stopped before its end');
  } finally {
    codec.destroy();
  }
}

function damage(error: Error, offset: number): unknown {
  // Only errors of the codec itself have a number and no system call.
  if (!('errno' in error)) return error;
  const isCut = 'code' in error && (error.code === 'Z_BUF_ERROR' || error.code === 'ZSTD_error_srcSize_wrong');
  return new CritError(
    isCut ? 'truncated' : 'format',
    isCut ? 'truncated compressed data' : `damaged compressed data: ${error.message}`,
    { offset },
    error,
  );
}

/** Zeros may fill up a block behind compressed data, as gzip takes them; Node's codec leaves all that follows them unread. */
function checkZeros(bytes: Uint8Array, offset: number): void {
  const at = bytes.findIndex((byte) => byte !== 0);
  if (at >= 0) throw new CritError('format', 'more follows the end of the compressed data', { offset: offset + at });
}
