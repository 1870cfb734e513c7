import { isPageSize } from '../../../memory/checkpoint-memory.ts';
import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { imageDirectory } from '../../io/checkpoint-directory.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { explore } from './explore.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { STANDARD_OUTPUT, outputBytes } from '../../io/output-lines.ts';
import { safeText } from '../../io/terminal.ts';

/** Text is passed on when there is so much of it. */
const FULL = 64 * 1024;

/** `crit x` */
export async function run(args: Arguments): Promise<number> {
  const what = args.operand('WHAT') ?? '';
  if (args.flag('json') && args.flag('ndjson')) throw new CritError('usage', '--json and --ndjson exclude each other');
  if ((args.flag('args') || args.flag('env')) && what !== 'ps')
    throw new CritError('usage', '--args and --env go with ps');
  const lines = explore(await imageDirectory(args.operand('DIR|ARCHIVE') ?? ''), what, {
    form: args.flag('json') ? 'json' : args.flag('ndjson') ? 'ndjson' : 'text',
    // A program gets names as they are.
    show: (await isTerminal(STANDARD_OUTPUT)) ? safeText : (name) => name,
    args: args.flag('args'),
    env: args.flag('env'),
    pageSize: pageSizeIn(args),
  });
  await outputBytes(chunksOf(lines));
  return EXIT_DONE;
}

function pageSizeIn(args: Arguments): number | undefined {
  const text = args.value('page-size');
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!isPageSize(size)) throw new CritError('usage', `--page-size ${text} is not a power of two from 4096 to 65536`);
  return size;
}

async function* chunksOf(lines: Iterable<string>): AsyncGenerator<Buffer, void, undefined> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < FULL) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
