/** What would keep a checkpoint from being restored here. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { findFiles } from './files.ts';
import { findInItself } from './in-itself.ts';
import { SEVERITIES, type Finding } from './finding.ts';
import { Host, type HostOptions } from './host.ts';
import { explain } from './log/explain.ts';
import { readLog, type Log } from './log/error-lines.ts';
import { findNetwork } from './network.ts';
import { sharedNamespaces } from './namespaces.ts';
import { findTasks } from './tasks.ts';

export interface CheckOptions extends HostOptions {
  /** Looks at the images alone. */
  readonly offline?: boolean | undefined;
}

const NOT_COMPARED: Finding = {
  severity: 'note',
  kind: 'not compared',
  message: 'the checkpoint has mounts of its own: its files were not compared',
  mend: 'crit-check --root DIR',
};

/**
 * Why a restore failed, by the log of CRIU: a finding for each of its error lines, in their order. Then all others of the
 * checkpoint. Throws a CritError where the log cannot be read.
 */
export async function explainRestore(
  checkpoint: Checkpoint,
  log: string,
  options: CheckOptions = {},
): Promise<Finding[]> {
  const read = await readLog(log);
  const found = await checkRestore(checkpoint, options);
  const explained = explain(read.errors, found);
  const told = new Set(explained.map((each) => keyOf(each)));
  return [...explained, ...aboutLog(read), ...found.filter((each) => !told.has(keyOf(each)))];
}

/** What a finding is about, whatever the words of CRIU. */
function keyOf({ kind, image, id, message }: Finding): string {
  return JSON.stringify([kind, image, id, message]);
}

function* aboutLog({ errors, more, isOfDump, isDone }: Log): Generator<Finding, void, undefined> {
  const of = { severity: 'note', kind: 'log' } as const;
  if (isOfDump) yield { ...of, message: 'the log is that of a dump' };
  if (isDone) yield { ...of, message: 'the log says that the restore is done' };
  if (more > 0) yield { ...of, message: `${more} more error lines` };
  if (errors.length > 0) return;
  const message = 'the log has no line of an error';
  yield {
    ...of,
    message,
    mend: 'criu restore -v4 -o restore.log, and where it ended without a word, the log of the kernel (dmesg)',
  };
}

/** All findings, the worst first. Throws a CritError where the root is no directory. */
export async function checkRestore(checkpoint: Checkpoint, options: CheckOptions = {}): Promise<Finding[]> {
  const host = options.offline === true ? undefined : new Host(options);
  const found: Finding[] = [];
  for await (const finding of findInItself(checkpoint)) found.push(finding);
  if (host && !checkpoint.isPreDump) {
    const shared = sharedNamespaces(checkpoint);
    if (shared.has('mnt') || host.isRootNamed) found.push(...findFiles(checkpoint, host));
    else found.push(NOT_COMPARED);
    if (shared.has('pid')) found.push(...findTasks(checkpoint, host));
    if (shared.has('net')) found.push(...findNetwork(checkpoint, host));
  }
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
