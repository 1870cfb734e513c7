/** The inputs that a command was given: operands, a list of names in a file, or standard input. */
import { readFileSync } from 'node:fs';
import { CritError, placed } from '../../error.ts';
import { STANDARD_INPUT, readChunks } from '../../files/read-chunks.ts';
import type { Arguments } from '../command/arguments.ts';

/** Paths, of which `-` is standard input. */
export function inputPaths(args: Arguments): readonly string[] {
  const list = args.value('files-from');
  if (list === undefined) {
    if (args.flag('null')) throw new CritError('usage', '-0 goes with --files-from');
    return args.operands.length > 0 ? args.operands : ['-'];
  }
  let text: string;
  try {
    text = readFileSync(list === '-' ? STANDARD_INPUT : list, 'utf8');
  } catch (error) {
    throw placed(error, { image: list });
  }
  return text.split(args.flag('null') ? '\0' : '\n').filter((path) => path !== '');
}

/** The bytes of all inputs, in chunks that are valid until the next one. A newline is put between two inputs where there is none. */
export async function* inputChunks(
  paths: readonly string[],
  onRead?: (count: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let last = 10;
  for (const path of paths) {
    if (last !== 10) yield Buffer.from('\n');
    try {
      for await (const chunk of readChunks(path === '-' ? STANDARD_INPUT : path)) {
        onRead?.(chunk.length);
        yield chunk;
        last = chunk.at(-1) ?? last;
      }
    } catch (error) {
      throw placed(error, { image: path });
    }
  }
}

/** The values of an option whose value is a list with commas. */
export function listOf(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '');
}
