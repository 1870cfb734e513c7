/** A running dump and a running restore, for programs. */
import type { Readable } from 'node:stream';
import { capture, type CaptureOptions } from '../live/capture.ts';
import { serveCheckpoint as serveStored, serveLines, type ServeOptions } from '../live/serve.ts';
import { kept } from './checkpoint.ts';
import { readableOf } from './readable.ts';

/**
 * Waits for `criu dump --stream` in a directory that only its owner can write to, or starts it, and gives its lines to `take`.
 * When the promise of that is kept, the dump counts: CRIU ends, and kills the processes. Where anything fails before, the dump
 * fails, and the processes live on.
 */
export function captureCheckpoint(
  directory: string,
  take: (lines: Readable) => Promise<unknown>,
  options: CaptureOptions = {},
): Promise<void> {
  return capture(
    directory,
    async (lines) => {
      await take(readableOf(kept(lines)));
    },
    options,
  );
}

/**
 * Gives a checkpoint to `criu restore --stream` in a directory that only its owner can write to: the bytes of lines, which are
 * taken to their end before, or a directory or archive by its path. The exit code of the command, where one is given.
 */
export function serveCheckpoint(
  directory: string,
  checkpoint: string | AsyncIterable<Uint8Array>,
  options: ServeOptions = {},
): Promise<number> {
  return typeof checkpoint === 'string'
    ? serveStored(directory, checkpoint, options)
    : serveLines(directory, checkpoint, options);
}
