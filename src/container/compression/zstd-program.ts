/** The program `zstd`, for a Node without its own: three times as fast as WebAssembly, and on a processor of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { CritError } from '../../error.ts';

/** Its input and output are pipes, its errors go where ours do. */
const STDIO = ['pipe', 'pipe', 'inherit'] as const;
/** What its own environment could change is said: one thread, whose memory is known, and the checksum. */
const COMPRESS = ['-q', '-3', '-T1', '--check', '-c'] as const;

/**
 * Compresses chunks into one frame with a checksum; undefined where there is no such program. What it gives counts only when
 * it has ended well: it comes through us, so that a frame that looks whole is never left where we are killed.
 */
export async function zstdProgram(
  chunks: AsyncIterable<Uint8Array>,
): Promise<AsyncGenerator<Buffer, void, undefined> | undefined> {
  const child = spawn('zstd', COMPRESS, { stdio: [...STDIO] });
  const isThere = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  return isThere ? through(child, chunks) : undefined;
}

async function* through(
  child: ChildProcess,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('a program was started without pipes');
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${String(code)}`}`),
    );
  });
  // Whoever writes is told of each error.
  stdin.on('error', () => {});
  let failure: { error: unknown } | undefined;
  const feeding = feed(stdin, chunks).catch((error: unknown) => {
    failure = { error };
    child.kill();
    return false;
  });
  try {
    for await (const chunk of stdout) if (Buffer.isBuffer(chunk)) yield chunk;
    const end = await ended;
    stdin.destroy();
    const hasTakenAll = await feeding;
    if (failure) throw failure.error;
    if (end !== undefined || !hasTakenAll)
      throw new CritError('io', `the program zstd ${end ?? 'ended before its input did'}, and has not compressed it`);
  } finally {
    child.kill();
  }
}

/** Each chunk is used up before the next one is asked for. Gives whether all were taken. */
async function feed(stdin: NodeJS.WritableStream, chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  for await (const chunk of chunks) {
    const isTaken = await new Promise<boolean>((resolve) => {
      stdin.write(chunk, (error) => resolve(!error));
    });
    if (!isTaken) return false;
  }
  stdin.end();
  return true;
}
