/** Lines to standard output; a failure becomes their last line, so that the next process of a pipeline fails too. */
import { CritError, internalError, isSystemError, placed } from '../../error.ts';
import { errorLine as lineOf } from '../../line/image-lines.ts';
import { writeChunks } from '../../streams/write-chunks.ts';
import { isTerminal } from './is-terminal.ts';
import { safeJson } from './terminal.ts';

export const STANDARD_OUTPUT = 1;

/** Writes chunks of lines. Throws what the source throws, after the lines before it and an error line. */
export async function outputLines(lines: AsyncIterable<Buffer>): Promise<void> {
  let failure: unknown;
  const source = async function* (): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* lines;
    } catch (error) {
      failure = error;
      yield errorLine(error);
    }
  };
  await outputText(source());
  if (failure !== undefined) throw failure;
}

/** Writes chunks of text, of lines or other JSON, to standard output: byte for byte, but to a terminal made safe. */
export async function outputText(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  await outputBytes((await isTerminal(STANDARD_OUTPUT)) ? safeChunks(chunks) : chunks);
}

async function* safeChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  // A chunk may end within a character.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of chunks) yield Buffer.from(safeJson(decoder.decode(chunk, { stream: true })));
  yield Buffer.from(safeJson(decoder.decode()));
}

/** Writes chunks of bytes to standard output. */
export async function outputBytes(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  try {
    await writeChunks(chunks, STANDARD_OUTPUT);
  } catch (error) {
    // Whatever the source throws is named already; a reader that has gone ends the work, and is no error.
    if (!isSystemError(error) || error.code === 'EPIPE') throw error;
    throw placed(error, { image: 'standard output' });
  }
}

/** A line that says what went wrong. */
export function errorLine(error: unknown): Buffer {
  const known = placed(error);
  const isOurs = known instanceof CritError;
  return Buffer.from(isOurs ? lineOf(known.message, known.place.image) : lineOf(internalError(error)));
}
