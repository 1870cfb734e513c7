/** What dump and restore took, and, of a chain, what each round of it wrote. */
import type { Inspection } from '../../../../inspect/inspect.ts';
import type { DumpStats } from '../../../../checkpoint/statistics.ts';
import { decidePreCopy } from '../../../../stats/pre-copy.ts';
import { markup, type Markup } from './markup.ts';

const WIDTH = 1000;
const BAR = 22;
const LABEL = 150;

export function statisticsSection({ dump, restore, rounds = [] }: Inspection): Markup {
  if (!dump && !restore) return markup``;
  return markup`<section id="statistics">
    <h2>Statistics</h2>
    ${dump ? times('Dump', dump) : ''} ${restore ? times('Restore', restore) : ''}
    ${rounds.length > 1 ? plotOf(rounds) : ''}
  </section>`;
}

/** All numbers that are there: times in milliseconds, the others as they are. */
function times(title: string, stats: Readonly<Record<string, unknown>>): Markup {
  const rows = Object.entries(stats).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  return markup`<h3>${title}</h3>
    <dl class="facts">
      ${rows.map(([name, value]) => {
        const shown = name.endsWith('_time') ? `${(Number(value) / 1000).toFixed(1)} ms` : String(value);
        return markup`<dt>${name.replaceAll('_', ' ')}</dt>
          <dd>${shown}</dd>`;
      })}
    </dl>`;
}

/** A bar for each round: pages that it wrote, and those that it left to the one before. */
function plotOf(rounds: readonly DumpStats[]): Markup {
  const most = Math.max(1, ...rounds.map((each) => Number(each.pages_written) + Number(each.pages_skipped_parent)));
  const scale = (WIDTH - LABEL) / most;
  const bars = rounds.map((stats, i) => {
    const written = Number(stats.pages_written);
    const skipped = Number(stats.pages_skipped_parent);
    const y = i * (BAR + 6);
    const verdict = decidePreCopy(stats, { rule: 'lxd', iteration: i + 1, previous: rounds[i - 1] });
    const text = `${written} written, ${skipped} in parent${i === rounds.length - 1 ? '' : verdict.final ? ' - the next is the last' : ''}`;
    return markup`<text x="0" y="${y + 15}">round ${i + 1}</text>
      <rect class="solid k-heap" x="${LABEL}" y="${y}" width="${(written * scale).toFixed(1)}" height="${BAR}"
        ><title>${text}</title></rect
      >
      <rect
        class="solid k-several"
        x="${(LABEL + written * scale).toFixed(1)}"
        y="${y}"
        width="${(skipped * scale).toFixed(1)}"
        height="${BAR}"
        ><title>${text}</title></rect
      >
      <text x="${LABEL + 6}" y="${y + 15}">${text}</text>`;
  });
  return markup`<h3>Rounds</h3>
    <p class="note">
      Pages that each dump of the chain wrote, and those that were as before. The verdict is that of the rule lxd of
      crit-stats.
    </p>
    <svg viewBox="0 0 ${WIDTH} ${rounds.length * (BAR + 6)}" width="100%" role="img" aria-label="rounds">${bars}</svg>`;
}
