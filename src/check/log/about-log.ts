/** What is to be said of a log as a whole. */
import type { Finding } from '../finding.ts';
import type { Log } from './error-lines.ts';

export function* aboutLog({ errors, more, isOfDump, isDone }: Log): Generator<Finding, void, undefined> {
  const of = { severity: 'note', kind: 'log' } as const;
  if (isOfDump) yield { ...of, message: 'the log is that of a dump' };
  if (isDone) yield { ...of, message: 'the log says that the restore is done' };
  if (more > 0) yield { ...of, message: `${more} more error lines` };
  if (errors.length > 0) return;
  yield {
    ...of,
    message: 'the log has no line of an error',
    mend: 'criu restore -v4 -o restore.log, and where it ended without a word, the log of the kernel (dmesg)',
  };
}
