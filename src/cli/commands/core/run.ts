import { CheckpointCores } from '../../../core/checkpoint-cores.ts';
import { coreChunks, type CoreContents } from '../../../core/core-file.ts';
import { Sysroot } from '../../../core/sysroot.ts';
import { writeSparse } from '../../../core/write-sparse.ts';
import { CritError } from '../../../error.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { OutputFile, isSpecial } from '../../../files/output-file.ts';
import { inBlocks } from '../../../memory/in-blocks.ts';
import type { Arguments } from '../../command/arguments.ts';
import { EXIT_DONE, EXIT_FAILED } from '../../command/command.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import { smallHeap } from '../../io/small-heap.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { asAsync, inChunks } from '../../io/memory-choice.ts';
import { pidOf } from '../../io/number-option.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { STANDARD_OUTPUT, outputText } from '../../io/output-lines.ts';
import { writeBytes } from '../../io/output-target.ts';
import { listText } from './list-text.ts';

/** `crit-core` */
export async function run(args: Arguments, diagnostics: Diagnostics): Promise<number> {
  checkUsage(args);
  smallHeap();
  const missing = missingIn(args);
  const root = args.value('sysroot');
  const say = (name: string, reason: string): void => diagnostics.warn(`${name}: ${reason}`);
  const sysroot = root === undefined ? undefined : new Sysroot(root, say);
  const checkpoint = await openCheckpoint(args, args.operand('DIR|ARCHIVE') ?? '');
  try {
    const cores = new CheckpointCores(checkpoint, { missing, sysroot });
    if (args.flag('list')) {
      await outputText(asAsync(inChunks(listText(cores, args.flag('json')))));
      return EXIT_DONE;
    }
    if (args.flag('all')) return writeAll(cores, args, diagnostics);
    await writeOne(cores.contents(pidIn(args, cores)), args);
    return EXIT_DONE;
  } finally {
    checkpoint.close();
  }
}

function checkUsage(args: Arguments): void {
  const modes = ['pid', 'all', 'list'].filter((name) => args.given(name));
  if (modes.length > 1) throw new CritError('usage', `--${modes.join(' and --')} exclude each other`);
  if (args.given('all') !== args.given('directory')) throw new CritError('usage', '--all and -C DIR go together');
  if (args.given('output') && (args.given('all') || args.given('list'))) {
    throw new CritError('usage', '-o is for the core file of one process');
  }
  if (args.flag('json') && !args.flag('list')) throw new CritError('usage', '--json goes with --list');
}

function missingIn(args: Arguments): 'error' | 'zero' {
  const text = args.value('missing') ?? 'error';
  if (text !== 'error' && text !== 'zero') throw new CritError('usage', `--missing ${text} is none of error, zero`);
  return text;
}

/** The process that is named, or the only one. */
function pidIn(args: Arguments, { pids }: CheckpointCores): number {
  const text = args.value('pid');
  if (text === undefined) {
    const [only] = pids;
    if (only !== undefined && pids.length === 1) return only;
    throw new CritError(
      'usage',
      `several processes: choose one of ${pids.slice(0, 20).join(', ')} with -p, or --all -C DIR`,
    );
  }
  return pidOf(text);
}

async function writeOne(contents: CoreContents, args: Arguments): Promise<void> {
  const chunks = coreChunks(contents);
  const path = args.value('output');
  if (path !== undefined && path !== '-' && !isSpecial(path)) {
    const target = new OutputFile(path, { force: args.flag('force') });
    const release = cleanUpOnSignal(() => target.abort());
    try {
      writeSparse(chunks, target.image(path));
      target.commit();
    } finally {
      target.abort();
      release();
    }
    return;
  }
  if (!args.flag('force') && (path === undefined || path === '-') && (await isTerminal(STANDARD_OUTPUT))) {
    throw new CritError('usage', 'a core file is no text for a terminal: give -o FILE, or -f');
  }
  await writeBytes(path, asAsync(inBlocks(chunks)));
}

/** One core file for each process that has memory: all of them, or none. */
function writeAll(cores: CheckpointCores, args: Arguments, diagnostics: Diagnostics): number {
  const target = new DirectoryWriter(args.value('directory') ?? '', { force: args.flag('force') });
  const release = cleanUpOnSignal(() => target.abort());
  let code = EXIT_DONE;
  try {
    for (const pid of cores.pids) {
      if (cores.isGone(pid)) {
        diagnostics.error(new CritError('io', `process ${pid} has ended: there is no core file of it`));
        code = EXIT_FAILED;
        continue;
      }
      const contents = cores.contents(pid);
      writeSparse(coreChunks(contents), target.image(`core.${pid}`));
    }
    target.commit();
  } finally {
    target.abort();
    release();
  }
  return code;
}
