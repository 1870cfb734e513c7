import { openSync, realpathSync, existsSync } from 'node:fs';
import { OutputFile, isSpecial, type OutputFileOptions } from '../../files/output-file.ts';
import { placed } from '../../error.ts';
import { writeChunks } from '../../streams/write-chunks.ts';
import { cleanUpOnSignal } from './clean-up.ts';
import { outputBytes, outputText } from './output-lines.ts';

/** Writes bytes to a file, which appears whole or not at all in the place of one that is there, or to standard output. */
export async function writeBytes(
  path: string | undefined,
  chunks: AsyncIterable<Buffer>,
  options: Pick<OutputFileOptions, 'sync'> = {},
): Promise<void> {
  if (path === undefined || path === '-') await outputBytes(chunks);
  else if (isSpecial(path)) await writeChunks(chunks, open(path));
  else await replaceFile(path, chunks, options);
}

/** Writes text to standard output. */
export async function printText(text: string): Promise<void> {
  await outputText([Buffer.from(text)]);
}

async function replaceFile(
  path: string,
  chunks: AsyncIterable<Buffer>,
  options: Pick<OutputFileOptions, 'sync'>,
): Promise<void> {
  // A link stays one: the file behind it is replaced.
  const target = new OutputFile(existsSync(path) ? realpathSync(path) : path, { ...options, force: true });
  const release = cleanUpOnSignal(() => target.abort());
  try {
    const file = target.image(path);
    for await (const chunk of chunks) file.write(chunk);
    file.end();
    target.commit();
  } finally {
    target.abort();
    release();
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw placed(error, { image: path });
  }
}
