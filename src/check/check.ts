/** What would keep a checkpoint from being restored here. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CritError, isFault, placed } from '../error.ts';
import { HERE, IN_ITSELF } from './checks.ts';
import { SEVERITIES, type Finding } from './finding.ts';
import { Host, type HostOptions } from './host.ts';
import { aboutLog } from './log/about-log.ts';
import { readLog } from './log/error-lines.ts';
import { explain } from './log/explain.ts';
import { sharedNamespaces } from './namespaces.ts';

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

/** All findings, the worst first. Throws a CritError where the root is no directory. */
export async function checkRestore(checkpoint: Checkpoint, options: CheckOptions = {}): Promise<Finding[]> {
  const host = options.offline === true ? undefined : new Host(options);
  const found: Finding[] = [];
  for (const find of IN_ITSELF) await take(found, find(checkpoint));
  if (host && !checkpoint.isPreDump) {
    const shared = sharedNamespaces(checkpoint);
    const hasFiles = shared.has('mnt') || host.isRootNamed;
    if (!hasFiles) found.push(NOT_COMPARED);
    for (const { find, shares } of HERE) {
      if (shares === undefined || shared.has(shares) || (shares === 'mnt' && hasFiles)) {
        await take(found, find(checkpoint, host));
      }
    }
  }
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** Takes the findings of a check up to where an image is damaged or missing, which is told of by itself. */
async function take(found: Finding[], findings: Iterable<Finding> | AsyncIterable<Finding>): Promise<void> {
  try {
    for await (const finding of findings) found.push(finding);
  } catch (error) {
    if (placed(error) instanceof CritError && !isFault(error)) return;
    throw error;
  }
}
