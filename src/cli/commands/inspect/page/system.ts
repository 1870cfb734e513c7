/** Rights, namespaces, cgroups, networks, and what is left outside. */
import type { Inspection } from '../../../../inspect/inspect.ts';
import { cgroupRows, credentialRows, externalRows, namespaceRows, networkRows, type TextRow } from '../system-text.ts';
import { markup, type Markup } from './markup.ts';

/** Rows of each part that are shown. */
const MOST_ROWS = 500;

export function systemSection({ system, gpu }: Inspection): Markup {
  if (!system) return markup``;
  const { credentials, namespaces, cgroups, networks, external } = system;
  const parts: readonly (readonly [string, readonly TextRow[]])[] = [
    ['from outside', [...externalRows(external)]],
    ['images of GPUs', gpu.map(({ image, kind, size }) => [kind, `${image}  ${size} bytes`])],
    ['credentials', [...credentialRows(credentials)]],
    ['namespaces', [...namespaceRows(namespaces)]],
    ['cgroups', [...cgroupRows(cgroups.places, cgroups.groups)]],
    ['network', [...networkRows(networks)]],
  ];
  if (parts.every(([, rows]) => rows.length === 0)) return markup``;
  return markup`<section id="system">
    <h2>System</h2>
    ${parts.map(([name, rows]) => (rows.length === 0 ? '' : partOf(name, rows)))}
  </section>`;
}

function partOf(name: string, rows: readonly TextRow[]): Markup {
  const rest = rows.length - MOST_ROWS;
  return markup`<details open>
    <summary>${name}</summary>
    <div class="scroll">
      <table>
        <tbody>
          ${rows.slice(0, MOST_ROWS).map(
            ([label, text]) =>
              markup`<tr>
                <td>${label}</td>
                <td class="mono">${text}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest > 0 ? markup`<p class="note">${rest} more are not shown.</p>` : ''}
  </details>`;
}
