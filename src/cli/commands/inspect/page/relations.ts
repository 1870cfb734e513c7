/** Who talks to whom: arcs between processes, and the same as a table. */
import type { Inspection } from '../../../../inspect/inspect.ts';
import type { Relation } from '../../../../inspect/relations.ts';
import { markup, type Markup } from './markup.ts';
import { anchorOf } from './processes.ts';

/** With more, arcs cannot be told apart. */
const MOST_DRAWN = 60;
const MOST_ROWS = 500;
const LINE = 20;
const MARGIN = 190;
const KINDS = ['pipe', 'socket', 'memory', 'file'] as const;

export function relationsSection({ relations = [], processes }: Inspection): Markup {
  if (relations.length === 0) return markup``;
  const names = new Map(processes.map(({ pid, comm }) => [pid, comm]));
  const related = new Set(relations.flatMap(({ pids }) => pids));
  const order = processes.map(({ pid }) => pid).filter((pid) => related.has(pid));
  const shown = relations.slice(0, MOST_ROWS);
  const rest = relations.length - shown.length;
  return markup`<section id="relations">
    <h2>Who can reach whom</h2>
    <p class="legend">
      ${KINDS.map((kind) => markup`<span class="k-${kind}">${kind === 'memory' ? 'shared memory' : kind === 'file' ? 'open file' : kind}</span>`)}
    </p>
    ${order.length > MOST_DRAWN ? markup`<p class="note">${order.length} processes are too many to draw; the table has them.</p>` : arcs(order, names, shown)}
    <details ${order.length > MOST_DRAWN ? 'open' : ''}>
      <summary>${relations.length} in a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>kind</th>
              <th>what</th>
              <th>processes</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map(
              ({ kind, name, pids }) =>
                markup`<tr>
                  <td>${kind}</td>
                  <td class="mono">${name}</td>
                  <td>
                    ${pids.slice(0, MOST_DRAWN).map((pid) => markup`<a href="#${anchorOf(pid)}">${pid}</a> `)}${pids.length > MOST_DRAWN ? `and ${pids.length - MOST_DRAWN} more` : ''}
                  </td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${rest > 0 ? markup`<p class="note">${rest} more are not shown.</p>` : ''}
    </details>
  </section>`;
}

function arcs(order: readonly number[], names: ReadonlyMap<number, string>, relations: readonly Relation[]): Markup {
  const rowOf = new Map(order.map((pid, i) => [pid, i]));
  const y = (pid: number): number => (rowOf.get(pid) ?? 0) * LINE + LINE / 2 + 4;
  const widest = order.length * LINE * 0.5;
  const lines = relations.flatMap(({ kind, name, pids }, i) =>
    pids.slice(1).map((pid, at) => {
      const [from, to] = [y(pids[at] ?? pid), y(pid)];
      // Arcs between the same two processes lie beside one another.
      const reach = MARGIN + Math.abs(to - from) * 0.5 + 12 + (i % 6) * 5;
      return markup`<path class="arc k-${kind}" d="M${MARGIN} ${from} C${reach} ${from} ${reach} ${to} ${MARGIN} ${to}"
        ><title>${kind}: ${name} (${pids.join(', ')})</title></path
      >`;
    }),
  );
  const labels = order.map((pid) => {
    const text = `${pid} ${names.get(pid) ?? ''}`;
    return markup`<a href="#${anchorOf(pid)}"
        ><text x="${MARGIN - 8}" y="${y(pid) + 4}" text-anchor="end">${text}</text></a
      ><circle class="solid k-kernel" cx="${MARGIN}" cy="${y(pid)}" r="3" />`;
  });
  const width = Math.round(MARGIN + widest + 60);
  return markup`<div class="scroll">
    <svg viewBox="0 0 ${width} ${order.length * LINE + 8}" width="${width}" role="img" aria-label="relations">
      ${lines}${labels}
    </svg>
  </div>`;
}
