/** What would keep a checkpoint from being restored here. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { findFiles } from './files.ts';
import { findInItself } from './in-itself.ts';
import { SEVERITIES, type Finding } from './finding.ts';
import { Host, type HostOptions } from './host.ts';
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
