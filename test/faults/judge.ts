import type { Fault } from './faults.ts';
import type { Outcome } from './play.ts';
import { differences, finished, isTemporary, type Tree } from './tree.ts';

/** What a run without faults does: the directory before it, and what came out. */
export interface Reference {
  readonly before: Tree;
  readonly outcome: Outcome;
  /** The file that tells what one run did. */
  readonly report?: string | undefined;
}

/** How a run with a fault ended; `broken` says which law it broke. */
export type Verdict = 'complete' | 'refused' | 'killed' | 'not struck' | { readonly broken: string };

/** Calls that clean up; where one fails, what it would have removed may stay under a name that says so. */
const CLEANING = new Set(['unlink', 'rmdir', 'scandir64', 'opendir', '__lxstat64', 'statx']);

export function judge(fault: Fault, outcome: Outcome, reference: Reference): Verdict {
  const { code, signal, stderr, struck, tree } = outcome;
  if (signal === 'SIGABRT') return broken('hangs, or aborts');
  if (/internal error|^\s+at |stopped before/m.test(stderr)) return broken(stderr);
  if (struck === undefined) return isComplete(outcome, reference) ? 'not struck' : broken(`without a fault: ${stderr}`);

  const left = [...tree.keys()].filter(isTemporary);
  const mayLeave = signal === 'SIGKILL' || (CLEANING.has(fault.call) && isTemporary(struck));
  if (left.length > 0 && !mayLeave) return broken(`leaves ${left.join(', ')}: ${stderr}`);
  const besides = brokenBesides(outcome, reference);
  if (besides !== undefined) return broken(besides);
  if (code === 0)
    return isComplete(outcome, reference, CLEANING.has(fault.call))
      ? 'complete'
      : broken(`0, and not complete: ${stderr}`);
  if (signal === 'SIGKILL') return killedOutright(outcome, reference);
  const isWhole =
    differences(finished(tree), reference.before).length === 0 ||
    differences(finished(tree), finished(reference.outcome.tree)).length === 0;
  if (!isWhole && !/could not be put back/.test(stderr)) {
    return broken(`neither as before nor new: ${differences(finished(tree), reference.before).join(', ')}: ${stderr}`);
  }
  if (signal !== null) return signal === fault.kind ? 'killed' : broken(`ended by ${signal}`);
  // libuv takes a short read of a pipe whose writer has gone for its end: the kernel gives no such.
  if (fault.kind === 'short' && struck !== 'stdin' && struck !== 'pipe of an image')
    return broken(`a short count: ${stderr}`);
  if (code !== 2) return broken(`ended with ${code}: ${stderr}`);
  const usual = new Set(reference.outcome.stderr.split('\n'));
  const said = stderr.split('\n').filter((line) => !usual.has(line));
  // CRIU's own word is one, too.
  if (said.length === 0 && outcome.criu && outcome.criu.said !== '') return 'refused';
  return said.length === 1 && /^crit[a-z -]*: ./.test(said[0] ?? '')
    ? 'refused'
    : broken(`${said.length} lines: ${stderr}`);
}

/** Each file is an old or a new one, and a second run does all of the work, or finds that it is done. */
function killedOutright({ tree, again }: Outcome, { before, outcome, report }: Reference): Verdict {
  const half = [...withoutDirectories(tree)].filter(
    ([name, contents]) => contents !== before.get(name) && contents !== outcome.tree.get(name),
  );
  if (half.length > 0) return broken(`half-written: ${half.map(([name]) => name).join(', ')}`);
  if (!again) return broken('was not run again');
  const isDone = again.code === 2 && /is there already/.test((again.next ?? again).stderr);
  if (again.code !== outcome.code && !isDone) return broken(`the next run: ${again.stderr}`);
  const others = differences(withoutDirectories(again.tree), withoutDirectories(outcome.tree));
  return others.every((name) => name === report) ? 'killed' : broken(`the next run makes other files: ${again.stderr}`);
}

/** The laws for the others of a pipe: a command behind ends with all or with nothing, and CRIU lets nothing go that was not taken. */
function brokenBesides(
  { code, signal, next, criu, tree, stderr }: Outcome,
  { before, outcome }: Reference,
): string | undefined {
  const isNew = differences(withoutDirectories(tree), withoutDirectories(outcome.tree)).length === 0;
  if (next) {
    const isOld = differences(withoutDirectories(tree), withoutDirectories(before)).length === 0;
    if (next.code === 0 ? !isNew : next.code !== 2 || !isOld || !/^crit[a-z -]*: [^\n]+\n$/.test(next.stderr))
      return `behind it ${next.code}, ${isNew ? 'new' : isOld ? 'as before' : 'half'}: ${next.stderr} ${stderr}`;
  }
  if (criu?.said.includes('the processes are gone') && !isNew)
    return `the processes are gone, and their images with them: ${stderr}`;
  if (code !== 0 || signal !== null || !criu || !outcome.criu) return undefined;
  if (criu.said !== outcome.criu.said) return `0, but CRIU says: ${criu.said} ${stderr}`;
  const other = differences(criu.given, outcome.criu.given);
  return other.length > 0 ? `0, but CRIU was given other images: ${other.join(', ')}: ${stderr}` : undefined;
}

/** Directories on the way to the output may be there, and empty. */
function withoutDirectories(tree: Tree): Tree {
  return new Map([...finished(tree)].filter(([, contents]) => !contents.startsWith('directory')));
}

/** An empty directory that could not be removed may stay. */
function isComplete({ code, stdout, tree }: Outcome, { outcome }: Reference, mayLeaveDirectory = false): boolean {
  const compared = mayLeaveDirectory ? withoutDirectories : finished;
  const isSame = differences(compared(tree), compared(outcome.tree)).length === 0;
  return code === outcome.code && isSame && stdout.equals(outcome.stdout);
}

function broken(law: string): Verdict {
  return { broken: law.trim() };
}
