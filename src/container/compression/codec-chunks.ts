import type { Gunzip, Gzip } from 'node:zlib';
import { CritError } from '../../error.ts';

/** Sends chunks through a codec of Node's. Each is used up before the next is asked for. */
export async function* throughCodec(
  codec: Gzip | Gunzip,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  let cause: unknown;
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        // The callback comes with an error when the codec fails or is destroyed.
        const failed = await new Promise<boolean>((resolve) => codec.write(chunk, (error) => resolve(!!error)));
        if (failed) return;
      }
      codec.end();
    } catch (error) {
      cause = error;
      codec.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const feeding = feed();
  try {
    for await (const bytes of codec) {
      if (!Buffer.isBuffer(bytes)) throw new TypeError('a codec gave no bytes');
      yield bytes;
    }
  } catch (error) {
    if (cause !== undefined) throw cause;
    if (!(error instanceof Error && 'errno' in error)) throw error;
    const isCut = 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new CritError(
      isCut ? 'truncated' : 'format',
      isCut ? 'truncated compressed data' : `damaged compressed data: ${error.message}`,
      {},
      error,
    );
  } finally {
    codec.destroy();
    await feeding;
  }
}
