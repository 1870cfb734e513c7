import { CritError } from '../../../error.ts';
import { CheckpointDiff } from '../../../diff/diff-checkpoints.ts';
import { inspect } from '../../../inspect/inspect.ts';
import type { Arguments } from '../../command/arguments.ts';
import { cleanUpOnSignal } from '../../io/clean-up.ts';
import { asAsync } from '../../io/memory-choice.ts';
import { archiveLimits, openCheckpoint, pageSizeIn } from '../../io/open-checkpoint.ts';
import { writeBytes } from '../../io/output-target.ts';
import { schemaOf } from '../../io/schema.ts';
import { changesOf, type Changes } from './page/changes.ts';
import { areasForPage, pageOf } from './page/page.ts';

/** What makes no difference to a page: it has all of it. */
// prettier-ignore
const OF_TEXT = [
  'json', 'files', 'sockets', 'mounts', 'annotations', 'credentials', 'namespaces', 'network', 'external', 'memory', 'all', 'env', 'columns', 'sort',
] as const;

/** Writes the page of a checkpoint; of two, that of the second with what changed since the first. */
export async function writePage(file: string, args: Arguments): Promise<void> {
  const stray = OF_TEXT.find((name) => args.given(name));
  if (stray) throw new CritError('usage', `--${stray} does not go with --html, which shows everything`);
  const [one = '-', other, third] = args.operands;
  if (third !== undefined) throw new CritError('usage', '--html is of one checkpoint, or of two that are compared');
  const path = other ?? one;
  const changes = other === undefined ? undefined : await changesBetween(one, other, args);
  const found = await inspect(path, {
    descriptors: true,
    environment: true,
    areasOf: areasForPage,
    relations: true,
    rounds: true,
    system: true,
    content: args.flag('content'),
    schema: await schemaOf(args),
    pageSize: pageSizeIn(args),
    parents: args.values('parent'),
    ...archiveLimits(args),
    onUnpack: cleanUpOnSignal,
  });
  await writeBytes(file, asAsync([Buffer.from(pageOf(path, found, changes))]));
}

async function changesBetween(one: string, other: string, args: Arguments): Promise<Changes> {
  const before = await openCheckpoint(args, one);
  try {
    const after = await openCheckpoint(args, other);
    try {
      return changesOf(one, new CheckpointDiff(before, after).differences());
    } finally {
      after.close();
    }
  } finally {
    before.close();
  }
}
