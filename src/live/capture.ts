/** A running dump as lines. */
import { CritError } from '../error.ts';
import { CapturedImages, type CapturedImagesOptions } from './captured-images.ts';
import { Confirmation, hookProgram } from './confirmation.ts';
import { Criu, stoppedRoot, streamingCommand } from './criu.ts';
import { Endpoint } from './endpoint.ts';
import { privateDirectory } from './private-directory.ts';
import { CAPTURE_SOCKET } from './protocol.ts';
import { StoppedTree } from './stopped-tree.ts';

export interface CaptureOptions extends CapturedImagesOptions {
  /** Starts CRIU: `['criu', 'dump', '-t', '1']`; what makes it safe is added. */
  readonly command?: readonly string[] | undefined;
  /**
   * Waits for the word of a far end, when `take` is done. With `--leave-stopped` in the command that is when CRIU has ended; the
   * processes are killed then, or go on where it throws.
   */
  readonly confirm?: (() => Promise<void>) | undefined;
  /** Without a command: told when CRIU can be started, with what it needs. */
  readonly onListening?: (options: readonly string[]) => void;
  /** Told how to remove what is there so far, before anything is. */
  readonly onStart?: (remove: () => void) => void;
}

/**
 * Waits for `criu dump --stream` in a directory that only its owner can write to, and gives its lines to `take`, in chunks that
 * are valid until the next but one. When that has taken all of them and is done, CRIU is told that the dump counts; where
 * anything fails before, the dump fails, and the processes live on.
 *
 * Throws a CritError where the dump has failed or is not complete, and what `take` throws.
 */
export async function capture(
  directory: string,
  take: (lines: AsyncIterable<Buffer>) => Promise<void>,
  options: CaptureOptions = {},
): Promise<void> {
  const { command, confirm, onListening, onStart } = options;
  const more = ['--action-script', hookProgram()];
  const ready = command && streamingCommand(command, directory, more);
  const root = command && stoppedRoot(command);
  const tree = root === undefined ? undefined : new StoppedTree(root);
  const endpoint = new Endpoint(directory, CAPTURE_SOCKET);
  const removeDirectory = privateDirectory(directory);
  let confirmation: Confirmation | undefined;
  const remove = (): void => {
    endpoint.remove();
    confirmation?.remove();
    removeDirectory();
    tree?.resume();
  };
  onStart?.(remove);
  const images = new CapturedImages(options);
  let criu: Criu | undefined;
  let code: number;
  try {
    await endpoint.listen();
    confirmation = new Confirmation(directory);
    if (ready) criu = new Criu(ready);
    else onListening?.(streamingCommand([], directory, more));
    const connection = await connected(endpoint.connection(images), criu);
    await take(images.lines(connection));
    if (!images.isComplete) throw new CritError('sequence', 'the lines of the dump were not taken to their end');
    if (!tree) await confirm?.();
    confirmation.give();
    await images.hangUp();
    // The hook may not have read its word yet.
    code = (await criu?.ended) ?? 0;
    if (tree && code === 0) {
      await confirm?.();
      tree.kill();
    }
  } catch (error) {
    images.close();
    confirmation?.remove();
    // The processes run again when CRIU has ended.
    await criu?.ended;
    throw error;
  } finally {
    remove();
  }
  if (code !== 0) {
    throw new CritError(
      'io',
      `all images were taken, but then CRIU has failed with exit code ${code}: its log says why`,
    );
  }
}

/** The connection of a CRIU that may end before it makes one. */
function connected<T>(connection: Promise<T>, criu: Criu | undefined): Promise<T> {
  if (!criu) return connection;
  const early = criu.ended.then((code): never => {
    throw new CritError('io', `CRIU has ended with exit code ${code} before it began to dump: its log says why`);
  });
  return Promise.race([connection, early]);
}
