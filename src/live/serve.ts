/** Lines to a running restore. */
import { CritError } from '../error.ts';
import { Packer, type PackerOptions } from '../line/packer.ts';
import type { SourceOptions } from './archive-source.ts';
import { openSource } from './checkpoint-source.ts';
import { Criu, streamingCommand } from './criu.ts';
import { Endpoint } from './endpoint.ts';
import type { ImageSource } from './image-source.ts';
import { ImageStore } from './image-store.ts';
import { privateDirectory } from './private-directory.ts';
import { LAST_IMAGE, SERVE_SOCKET } from './protocol.ts';
import { RestoreRequests } from './restore-requests.ts';

export interface ServeOptions extends SourceOptions, Pick<PackerOptions, 'schema'> {
  /** Starts CRIU when everything is there: `['criu', 'restore', '-d']`. */
  readonly command?: readonly string[] | undefined;
  /** Without a command: told when CRIU can be started, with what it needs. */
  readonly onListening?: (options: readonly string[]) => void;
  /** Told how to remove what is there so far, before anything is. */
  readonly onStart?: (remove: () => void) => void;
  /** Told of images that CRIU takes and does not restore. */
  readonly onWarning?: (warning: CritError) => void;
  /** With a command: told what was not given to CRIU, or not taken, where its exit code says what that means. */
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Takes lines to their end, and then serves `criu restore --stream` in a directory that only its owner can write to. CRIU cannot
 * begin before: an end within an image, or an `error` line, and there is no socket.
 *
 * Gives the exit code of the command, or 0 where CRIU was started elsewhere and has taken all that it asked for: whether the
 * restore has worked, its exit code alone tells. Throws a CritError where the lines are no dump, where an image could not be
 * given to its end although CRIU has ended with 0, or, without a command, where CRIU stops reading.
 */
export async function serveLines(
  directory: string,
  lines: AsyncIterable<Uint8Array>,
  options: ServeOptions = {},
): Promise<number> {
  const store = new ImageStore(options);
  try {
    const packer = new Packer(store, { schema: options.schema });
    for await (const chunk of lines) packer.push(chunk);
    packer.end();
    await store.written();
    return await serveImages(directory, store, options);
  } finally {
    await store.close();
  }
}

/**
 * The same with a checkpoint on disk in place of lines: a directory or a plain tar, whose images are read where they lie,
 * or another archive, which is unpacked as lines are.
 */
export async function serveCheckpoint(directory: string, path: string, options: ServeOptions = {}): Promise<number> {
  const source = await openSource(path, options);
  try {
    return await serveImages(directory, source, options);
  } finally {
    await source.close();
  }
}

/** Serves images that are there. */
async function serveImages(directory: string, images: ImageSource, options: ServeOptions = {}): Promise<number> {
  const { command, onListening, onStart, onProblem, onWarning } = options;
  if (!images.find(LAST_IMAGE)) {
    throw new CritError('truncated', `there is no ${LAST_IMAGE}: not a dump, or the end of one is missing`);
  }
  const ready = command && streamingCommand(command, directory);
  const endpoint = new Endpoint(directory, SERVE_SOCKET);
  const removeDirectory = privateDirectory(directory);
  const remove = (): void => {
    endpoint.remove();
    removeDirectory();
  };
  onStart?.(remove);
  const requests = new RestoreRequests(images, onWarning);
  try {
    await endpoint.listen();
    const serve = async (): Promise<void> => requests.serve(await endpoint.connection(requests));
    if (!ready) {
      onListening?.(streamingCommand([], directory));
      await serve();
      return 0;
    }
    const criu = new Criu(ready);
    const problems: unknown[] = [];
    serve().catch((error: unknown) => {
      requests.close();
      problems.push(error);
    });
    const code = await criu.ended;
    for (const problem of problems) {
      // The end of a pipe looks the same to CRIU wherever it comes.
      if (code === 0 && !requests.isLeftUnread) throw problem;
      onProblem?.(problem);
    }
    return code;
  } finally {
    requests.close();
    remove();
  }
}
