import { CritError } from '../../../error.ts';
import { checkpointsIn } from '../../../inspect/checkpoints-in.ts';
import { inspect, type Inspection } from '../../../inspect/inspect.ts';
import { formatJsonParts } from '../../../codec/json.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { EXIT_DONE, EXIT_FAILED } from '../../command/command.ts';
import { archiveLimits, pageSizeIn } from '../../io/open-checkpoint.ts';
import { schemaOf } from '../../io/schema.ts';
import { inspectMany } from './many.ts';
import { writePage } from './write-page.ts';
import { inspectText } from './text.ts';
import { inChunks } from '../../io/memory-choice.ts';
import { outputText } from '../../io/output-lines.ts';
import { smallHeap } from '../../io/small-heap.ts';

/** What goes with one checkpoint alone. */
// prettier-ignore
const OF_ONE = [
  'all', 'env', 'files', 'sockets', 'mounts', 'annotations', 'credentials', 'namespaces', 'network', 'external', 'memory', 'parent', 'page-size',
] as const;
/** What is told of the system around the processes. */
const OF_SYSTEM = ['all', 'json', 'credentials', 'namespaces', 'network', 'external'] as const;
const OF_MANY = ['columns', 'sort', 'jobs'] as const;

/** `crit-inspect` */
export async function run(args: Arguments): Promise<number> {
  smallHeap();
  const page = args.value('html');
  if (page !== undefined) {
    await writePage(page, args);
    return EXIT_DONE;
  }
  if (args.flag('content')) throw new CritError('usage', '--content goes with --html');
  const [path = '-', ...others] = args.operands;
  const inFolder = others.length === 0 ? checkpointsIn(path) : undefined;
  if (others.length === 0 && !inFolder) return inspectOne(path, args);
  const stray = OF_ONE.find((name) => args.given(name));
  if (stray) throw new CritError('usage', `--${stray} goes with one checkpoint`);
  const paths = inFolder ?? args.operands.flatMap((each) => checkpointsIn(each) ?? [each]);
  const isWhole = await inspectMany(paths, args);
  return isWhole ? EXIT_DONE : EXIT_FAILED;
}

async function inspectOne(path: string, args: Arguments): Promise<number> {
  const stray = OF_MANY.find((name) => args.given(name));
  if (stray) throw new CritError('usage', `--${stray} goes with several checkpoints, or a folder of them`);
  const all = args.flag('all');
  const found = await inspect(path, {
    descriptors: all || args.flag('files') || args.flag('json'),
    environment: args.flag('env'),
    system: OF_SYSTEM.some((name) => args.flag(name)),
    schema: await schemaOf(args),
    pageSize: pageSizeIn(args),
    parents: args.values('parent'),
    ...archiveLimits(args),
    onUnpack: cleanUpOnSignal,
  });
  const options = {
    environment: args.flag('env'),
    files: all || args.flag('files'),
    sockets: all || args.flag('sockets'),
    mounts: all || args.flag('mounts'),
    annotations: all || args.flag('annotations'),
    credentials: all || args.flag('credentials'),
    namespaces: all || args.flag('namespaces'),
    network: all || args.flag('network'),
    external: all || args.flag('external'),
    memory: all || args.flag('memory'),
  };
  await outputText(inChunks(args.flag('json') ? jsonLine(found) : textLines(inspectText(found, options))));
  return EXIT_DONE;
}

function* jsonLine(found: Inspection): Generator<string, void, undefined> {
  yield* formatJsonParts(found);
  yield '\n';
}

function* textLines(lines: Iterable<string>): Generator<string, void, undefined> {
  for (const line of lines) yield `${line}\n`;
}
