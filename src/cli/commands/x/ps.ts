import type { Process } from '../../../checkpoint/process.ts';
import { CheckpointMemory } from '../../../memory/checkpoint-memory.ts';
import { commandLine, startTexts, type StartTexts } from '../../../memory/start-texts.ts';
import { safeText } from '../../io/terminal.ts';
import { shownName } from './crit-names.ts';
import type { View } from './view.ts';

interface Part extends Partial<StartTexts> {
  readonly process: Process;
  readonly depth: number;
}

/** Processes, each behind its parent. */
export const ps: View<Part> = {
  heading: `${'PID'.padStart(7)}${'PGID'.padStart(7)}${'SID'.padStart(7)}   COMM`,
  *parts(checkpoint, { args, env }) {
    const memory = args || env ? new CheckpointMemory(checkpoint) : undefined;
    for (const [process, depth] of checkpoint.tree) {
      const texts = memory && startTexts(memory, process.pid);
      yield { process, depth, ...(args && { args: texts?.args }), ...(env && { env: texts?.env }) };
    }
  },
  *text(part) {
    const { pid, pgid, sid } = part.process;
    const ids = [pid, pgid, sid].map((id) => String(id).padStart(7)).join('');
    yield `${ids}   ${' '.repeat(4 * part.depth)}${nameOf(part)}`;
  },
  value: valueOf,
  *rows(part) {
    yield valueOf(part);
  },
};

/** As ps(1): the command line with the environment behind it, or the name in brackets where there is none. */
function nameOf(part: Part): string {
  const { process, args, env } = part;
  if (!('args' in part || 'env' in part)) return shownName(process.comm);
  const command = 'args' in part ? commandLine(args, process.comm) : process.comm;
  return safeText([command, ...(env ?? [])].join(' '));
}

function valueOf({ process, args, env }: Part): object {
  const { pid, ppid, pgid, sid, comm, state, threads } = process;
  return { pid, ppid, pgid, sid, comm, state, threads, ...(args && { args }), ...(env && { env }) };
}
