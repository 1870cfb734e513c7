/** Rights, namespaces, cgroups, networks, and what is left outside. */
import type { Inspection } from '../../../../inspect/inspect.ts';
import { bytesText } from '../../../io/bytes-text.ts';
import {
  cgroupRows,
  credentialRows,
  externalRows,
  gpuText,
  namespaceRows,
  networkRows,
  type TextRow,
} from '../system-text.ts';
import { markup, type Markup } from './markup.ts';

/** Rows of each part that are shown. */
const MOST_ROWS = 500;

export function systemSection({ system, gpu }: Inspection): Markup {
  if (!system) return markup``;
  const { credentials, namespaces, cgroups, networks, external } = system;
  const parts: readonly (readonly [string, readonly TextRow[]])[] = [
    ['From outside', [...externalRows(external)]],
    [
      'Images of GPUs',
      gpu.map(({ image, kind, size, description }) => [
        kind,
        `${image}  ${bytesText(size)}${description ? `  ${gpuText(description)}` : ''}`,
      ]),
    ],
    ['Users and rights', [...credentialRows(credentials)]],
    ['Namespaces', [...namespaceRows(namespaces)]],
    ['Cgroups', [...cgroupRows(cgroups.places, cgroups.groups)]],
    ['Network', [...networkRows(networks)]],
  ];
  if (parts.every(([, rows]) => rows.length === 0)) return markup``;
  return markup`<section id="system">
    <h2>System</h2>
    <p class="note">In parentheses: the processes of which it is true.</p>
    ${parts.map(([name, rows]) => (rows.length === 0 ? '' : partOf(name, rows)))}
  </section>`;
}

/** Rows with a label, which is told once where it stays the same. */
function partOf(name: string, rows: readonly TextRow[]): Markup {
  const shown = rows.slice(0, MOST_ROWS);
  const rest = rows.length - shown.length;
  return markup`<details class="part" open>
    <summary>${name}</summary>
    <dl class="facts rows">
      ${shown.map(
        ([label, text], i) =>
          markup`<dt>${label === shown[i - 1]?.[0] ? '' : label}</dt>
            <dd class="mono">${text}</dd>`,
      )}
    </dl>
    ${rest > 0 ? markup`<p class="note">${rest} more are not shown.</p>` : ''}
  </details>`;
}
