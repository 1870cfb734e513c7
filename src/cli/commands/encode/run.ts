import { STANDARD_INPUT, readChunks } from '../../../files/read-chunks.ts';
import { CritError, placed } from '../../../error.ts';
import { DocumentEncoder } from '../../../document/document-encoder.ts';
import { PartSink } from '../../../image/part-sink.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { STANDARD_OUTPUT } from '../../io/output-lines.ts';
import { schemaOf } from '../../io/schema.ts';
import type { ImageSchema } from '../../../schema/image-schema.ts';
import { writeBytes } from '../../io/output-target.ts';

/** `crit encode` */
export async function run(args: Arguments): Promise<number> {
  const out = args.value('out');
  if (out === undefined && !args.flag('force') && (await isTerminal(STANDARD_OUTPUT)))
    throw new CritError('usage', 'an image is no text for a terminal: give -o FILE, or -f');
  await writeBytes(out, imageChunks(args.value('in') ?? args.operand('FILE') ?? '-', await schemaOf(args)));
  return EXIT_DONE;
}

/** The image of a document, by its path or `-`, in chunks. */
async function* imageChunks(path: string, schema: ImageSchema): AsyncGenerator<Buffer, void, undefined> {
  const sink = new PartSink();
  const encoder = new DocumentEncoder(sink, schema);
  try {
    for await (const chunk of readChunks(path === '-' ? STANDARD_INPUT : path)) {
      encoder.push(chunk);
      yield* sink.take();
    }
    encoder.end();
    yield* sink.take();
  } catch (error) {
    throw placed(error, { image: path });
  }
}
