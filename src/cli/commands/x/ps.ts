import { processTree, type Process } from '../../../checkpoint/processes.ts';
import { ProcessStringReader, type ProcessStrings } from '../../../memory/process-string-reader.ts';
import { safeText } from '../../io/terminal.ts';
import type { View } from './view.ts';

interface Part extends Partial<ProcessStrings> {
  readonly process: Process;
  readonly depth: number;
}

/** Processes, each behind its parent. */
export const ps: View<Part> = {
  heading: `${'PID'.padStart(7)}${'PGID'.padStart(7)}${'SID'.padStart(7)}   COMM`,
  *parts({ path, processes }, { args, env }) {
    const reader = args || env ? new ProcessStringReader(path) : undefined;
    try {
      for (const [process, depth] of processTree(processes)) {
        const strings = reader?.read(process.pid);
        yield { process, depth, ...(args && { args: strings?.args }), ...(env && { env: strings?.env }) };
      }
    } finally {
      reader?.close();
    }
  },
  *text(part, show) {
    const { pid, pgid, sid } = part.process;
    const ids = [pid, pgid, sid].map((id) => String(id).padStart(7)).join('');
    yield `${ids}   ${' '.repeat(4 * part.depth)}${nameOf(part, show)}`;
  },
  value: valueOf,
  *rows(part) {
    yield valueOf(part);
  },
};

/** As ps(1): the command line with the environment behind it, or the name in brackets where there is none. */
function nameOf(part: Part, show: (name: string) => string): string {
  const { process, args, env } = part;
  if (!('args' in part || 'env' in part)) return show(process.comm);
  const command = args && args.length > 0 ? args.join(' ') : 'args' in part ? `[${process.comm}]` : process.comm;
  return safeText([command, ...(env ?? [])].join(' '));
}

function valueOf({ process, args, env }: Part): object {
  return { ...process, ...(args && { args }), ...(env && { env }) };
}
