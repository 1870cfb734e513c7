/** What changed since another checkpoint, as crit-diff tells it. */
import type { Difference } from '../../../../diff/difference.ts';
import { SIGNS, lineText } from '../../diff/text.ts';
import { anchorOf } from './processes.ts';
import { markup, type Markup } from './markup.ts';

const MOST = 2000;

export interface Changes {
  /** What it is compared with. */
  readonly since: string;
  readonly shown: readonly { readonly pid: number | undefined; readonly kind: string; readonly text: string }[];
  readonly total: number;
}

/** Of many, the first are kept, and all are counted. */
export function changesOf(since: string, differences: Iterable<Difference>): Changes {
  const shown: { pid: number | undefined; kind: string; text: string }[] = [];
  let total = 0;
  for (const difference of differences) {
    if (total++ < MOST)
      shown.push({
        pid: difference.pid,
        kind: difference.kind,
        text: `${SIGNS[difference.change]} ${lineText(difference) || `process ${difference.name}`}`,
      });
  }
  return { since, shown, total };
}

/** `pids` are those that the page tells of: a process is named by its pid in the checkpoint before, which may be another. */
export function changesSection({ since, shown, total }: Changes, pids: ReadonlySet<number>): Markup {
  return markup`<section id="changes">
    <h2>Changes since ${since}</h2>
    ${
      total === 0
        ? markup`<p>None.</p>`
        : markup`<input type="search" placeholder="only with this text" aria-label="filter changes" data-rows="change-list" />
    <div class="scroll" id="change-list"><table><thead><tr><th>process</th><th>what</th></tr></thead>
    <tbody>${shown.map(
      ({ pid, text }) =>
        markup`<tr><td>${pid === undefined || !pids.has(pid) ? pid : markup`<a href="#${anchorOf(pid)}">${pid}</a>`}</td><td class="mono">${text}</td></tr>`,
    )}</tbody></table></div>${total > shown.length ? markup`<p class="note">${total - shown.length} more are not shown.</p>` : ''}`
    }
  </section>`;
}
