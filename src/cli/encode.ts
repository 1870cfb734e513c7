import { STANDARD_INPUT, readChunks } from '../checkpoint/read-chunks.ts';
import { CritError, asCritError } from '../error.ts';
import { DocumentEncoder } from '../image/document-encoder.ts';
import { PartSink } from '../image/part-sink.ts';
import type { Arguments } from './arguments.ts';
import { EXIT_DONE } from './command.ts';
import { isTerminal } from './is-terminal.ts';
import { STANDARD_OUTPUT } from './output-lines.ts';
import { writeBytes } from './output-target.ts';

/** `crit encode` */
export async function run(args: Arguments): Promise<number> {
  const out = args.value('out');
  if (out === undefined && !args.flag('force') && (await isTerminal(STANDARD_OUTPUT)))
    throw new CritError('usage', 'an image is no text for a terminal: give -o FILE, or -f');
  await writeBytes(out, imageChunks(args.value('in') ?? args.operand('FILE') ?? '-'));
  return EXIT_DONE;
}

/** The image of a document, by its path or `-`, in chunks. */
async function* imageChunks(path: string): AsyncGenerator<Buffer, void, undefined> {
  const sink = new PartSink();
  const encoder = new DocumentEncoder(sink);
  try {
    for await (const chunk of readChunks(path === '-' ? STANDARD_INPUT : path)) {
      encoder.push(chunk);
      yield* sink.take();
    }
    encoder.end();
    yield* sink.take();
  } catch (error) {
    throw asCritError(error, { image: path });
  }
}
