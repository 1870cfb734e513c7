/** Files and sockets of the whole checkpoint, and its mounts. */
import type { Inspection } from '../../../../inspect/inspect.ts';
import { markup, type Markup } from './markup.ts';
import { anchorOf } from './processes.ts';

const MOST_FILES = 3000;
const MOST_SOCKETS = 1000;
const MOST_MOUNTS = 1000;
const MOST_USERS = 12;

interface Row {
  readonly name: string;
  readonly type: string;
  readonly isDeleted: boolean;
  readonly isExternal: boolean;
  readonly users: { pid: number; fd: number }[];
}

export function filesSection({ processes }: Inspection): Markup {
  const rows = new Map<number, Row>();
  for (const { pid, descriptors = [] } of processes) {
    for (const { id, fd, name, type, isDeleted, isExternal } of descriptors) {
      const row = rows.get(id);
      if (row) row.users.push({ pid, fd });
      else if (!String(type).endsWith('SK'))
        rows.set(id, { name, type: String(type), isDeleted, isExternal, users: [{ pid, fd }] });
    }
  }
  if (rows.size === 0) return markup``;
  // What the other host must have, or cannot have, comes first.
  const all = [...rows.values()].sort(
    (a, b) => Number(b.isExternal) - Number(a.isExternal) || Number(b.isDeleted) - Number(a.isDeleted),
  );
  const shown = all.slice(0, MOST_FILES);
  return markup`<section id="files">
    <h2>Open files</h2>
    <input type="search" placeholder="only with this text" aria-label="filter files" data-rows="file-list" />
    <div class="scroll" id="file-list">
      <table>
        <thead>
          <tr>
            <th>name</th>
            <th>kind</th>
            <th>from</th>
            <th>opened by</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ name, type, isDeleted, isExternal, users }) =>
              markup`<tr>
                <td class="mono">${name}</td>
                <td>${type}</td>
                <td>
                  ${isExternal ? 'outside' : isDeleted ? 'the checkpoint (deleted)' : type === 'REG' ? 'the host' : 'the checkpoint'}
                </td>
                <td>${usersOf(users)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more(all.length - shown.length)}
  </section>`;
}

export function socketsSection({ sockets }: Inspection): Markup {
  if (sockets.length === 0) return markup``;
  const shown = sockets.slice(0, MOST_SOCKETS);
  return markup`<section id="sockets">
    <h2>Sockets</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>family</th>
            <th>type</th>
            <th>state</th>
            <th>local</th>
            <th>peer</th>
            <th>opened by</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ family, type, protocol, state, local, peer, users }) =>
              markup`<tr>
                <td>${family}</td>
                <td>${type}${protocol === '0' ? '' : ` ${protocol}`}</td>
                <td>${state}</td>
                <td class="mono">${local}</td>
                <td class="mono">${peer}</td>
                <td>${usersOf(users)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more(sockets.length - shown.length)}
  </section>`;
}

export function mountsSection({ mounts }: Inspection): Markup {
  if (mounts.length === 0) return markup``;
  const shown = mounts.slice(0, MOST_MOUNTS);
  return markup`<section id="mounts">
    <h2>Mounts</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>mount point</th>
            <th>source</th>
            <th>options</th>
            <th>from</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ mountpoint, source, options, isExternal }) =>
              markup`<tr>
                <td class="mono">${mountpoint}</td>
                <td class="mono">${source}</td>
                <td class="mono">${options}</td>
                <td>${isExternal ? 'outside' : ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more(mounts.length - shown.length)}
  </section>`;
}

function usersOf(users: readonly { readonly pid: number; readonly fd: number }[]): Markup {
  const rest = users.length - MOST_USERS;
  return markup`${users.slice(0, MOST_USERS).map(({ pid, fd }) => markup`<a href="#${anchorOf(pid)}">${pid}:${fd}</a> `)}${rest > 0 ? `and ${rest} more` : ''}`;
}

function more(count: number): Markup {
  return count > 0 ? markup`<p class="note">${count} more are not shown.</p>` : markup``;
}
