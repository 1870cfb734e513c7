import { basename } from 'node:path';
import { STANDARD_INPUT, readChunks } from '../../../files/read-chunks.ts';
import { Output } from '../../../codec/output.ts';
import { placed } from '../../../error.ts';
import { DocumentDecoder, type DocumentDecoderOptions } from '../../../document/document-decoder.ts';

/** Text is passed on when there is so much of it. */
const FULL = 128 * 1024;

/** The document of an image, by its path or `-`, in chunks. Throws a CritError, with the text before it passed on. */
export async function* documentChunks(
  path: string,
  options: Omit<DocumentDecoderOptions, 'name'>,
): AsyncGenerator<Buffer, void, undefined> {
  const output = new Output();
  const decoder = new DocumentDecoder(output, { ...options, name: basename(path) });
  try {
    for await (const chunk of readChunks(path === '-' ? STANDARD_INPUT : path)) {
      for (const _ of decoder.pushInSteps(chunk)) if (output.length >= FULL) yield output.pass();
      if (output.length >= FULL) yield output.pass();
    }
    decoder.end();
  } catch (error) {
    if (output.length > 0) yield output.take();
    throw placed(error, { image: path });
  }
  yield output.take();
}

/** The same with a newline at its end, as CRIT prints it. */
export async function* printedChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* chunks;
  yield Buffer.from('\n');
}
