/** The process tree, and of each process what one asks for by a click. */
import type { AddressSpace } from '../../../../inspect/areas.ts';
import type { InspectedProcess } from '../../../../inspect/inspect-process.ts';
import { commandLine } from '../../../../memory/start-texts.ts';
import { formatAddress } from '../../../../checkpoint/vma.ts';
import { PAGE_CLASSES } from '../../../../memory/page-class.ts';
import { bytesText } from '../../../io/bytes-text.ts';
import { markup, type Markup } from './markup.ts';

/** Of each process, so many descriptors are told, and so much text of its environment. */
const MOST_DESCRIPTORS = 200;
const MOST_ENVIRONMENT = 32 * 1024;
const MOST_DEPTH = 24;
const COMMAND_WIDTH = 200;

/** Told in the page: of further processes, only how many they are. */
export const MOST_PROCESSES = 2000;
/** Told with all that is known of them. */
export const MOST_DETAILS = 300;

/** The id of a process within the page. */
export function anchorOf(pid: number): string {
  return `p${pid}`;
}

export function processesSection(processes: readonly InspectedProcess[], pageSize: number): Markup {
  const shown = processes.slice(0, MOST_PROCESSES);
  const rest = processes.length - shown.length;
  return markup`<section id="processes">
    <h2>Processes</h2>
    <input type="search" placeholder="only with this text" aria-label="filter processes" data-rows="process-list" />
    <div id="process-list">${shown.map((process, i) => processRow(process, pageSize, i < MOST_DETAILS))}</div>
    ${rest > 0 ? markup`<p class="note">${rest} more are not shown.</p>` : ''}
  </section>`;
}

function processRow(process: InspectedProcess, pageSize: number, isWhole: boolean): Markup {
  const { pid, comm, state, threads, pages, openFiles, args, depth } = process;
  const command = commandLine(args, comm);
  const facts = [
    state === 'Alive' ? '' : state,
    threads.length === 1 ? '' : `${threads.length} threads`,
    bytesText(pages.here * pageSize),
    pages.inParent > 0 ? `${bytesText(pages.inParent * pageSize)} in parent` : '',
    pages.lazy > 0 ? `${bytesText(pages.lazy * pageSize)} lazy` : '',
    `${openFiles} files`,
  ].filter(Boolean);
  // Attributes of style are refused by the page's own policy; SVG can be as wide as it is deep.
  const indent = Math.min(depth, MOST_DEPTH) * 14;
  return markup`<details class="process row-of-list" id="${anchorOf(pid)}">
    <summary>
      <svg width="${indent}" height="1" aria-hidden="true"></svg><b>${pid}</b> <code>${shorter(command)}</code>
      <span class="dim">${facts.join(', ')}</span>
    </summary>
    ${isWhole ? detailsOf(process, command, pageSize) : markup`<p class="note">Of so many processes, only the first have more told.</p>`}
  </details>`;
}

function shorter(text: string): string {
  return text.length > COMMAND_WIDTH ? `${text.slice(0, COMMAND_WIDTH)}…` : text;
}

function detailsOf(process: InspectedProcess, command: string, pageSize: number): Markup {
  const { pid, ppid, pgid, sid, comm, threads, env, descriptors = [], space } = process;
  return markup`<dl class="facts">
      <dt>name</dt>
      <dd>${comm}</dd>
      <dt>command</dt>
      <dd><code>${command}</code></dd>
      <dt>parent, group, session</dt>
      <dd>${ppid === 0 ? '0' : markup`<a href="#${anchorOf(ppid)}">${ppid}</a>`}, ${pgid}, ${sid}</dd>
      <dt>threads</dt>
      <dd>${threads.slice(0, MOST_DESCRIPTORS).join(', ')}</dd>
    </dl>
    ${environment(pid, env)} ${descriptors.length === 0 ? '' : descriptorTable(descriptors)}
    ${space ? areaTable(space, pageSize) : ''}`;
}

/** Environments hold secrets: they are not shown before they are asked for. */
function environment(pid: number, env: readonly string[] | undefined): Markup {
  if (!env) return markup`<p class="note">The environment is not in the images.</p>`;
  const text = env.join('\n');
  const shown = text.length > MOST_ENVIRONMENT ? `${text.slice(0, MOST_ENVIRONMENT)}…` : text;
  return markup`<details id="env-${pid}">
    <summary>environment, ${env.length} variables</summary>
    ${shown.split('\n').map((line) => markup`<div class="mono">${line}</div>`)}
  </details>`;
}

function descriptorTable(descriptors: NonNullable<InspectedProcess['descriptors']>): Markup {
  const shown = descriptors.slice(0, MOST_DESCRIPTORS);
  const rest = descriptors.length - shown.length;
  return markup`<details open>
    <summary>descriptors, ${descriptors.length}</summary>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="n">fd</th>
            <th>kind</th>
            <th>name</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ fd, type, name, isDeleted, isExternal }) =>
              markup`<tr>
                <td class="n">${fd}</td>
                <td>${type}</td>
                <td class="mono">${name}${isDeleted ? ' (deleted)' : ''}${isExternal ? ' (from outside)' : ''}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rest > 0 ? markup`<p class="note">${rest} more are not shown.</p>` : ''}
  </details>`;
}

function areaTable(space: AddressSpace, pageSize: number): Markup {
  const classes = space.content ? PAGE_CLASSES : [];
  const size = (pages: number): string => (pages === 0 ? '' : bytesText(pages * pageSize));
  return markup`<details>
    <summary>memory areas, ${space.vmas}</summary>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>addresses</th>
            <th>prot</th>
            <th class="n">size</th>
            <th class="n">saved</th>
            <th class="n">parent</th>
            <th class="n">lazy</th>
            ${classes.map((each) => markup`<th class="n">${each}</th>`)}
            <th>name</th>
          </tr>
        </thead>
        <tbody>
          ${space.areas.map(
            ({ start, end, prot, pages, here, inParent, lazy, name, count, content }) =>
              markup`<tr>
                <td class="mono">${formatAddress(start)}-${formatAddress(end)}</td>
                <td class="mono">${prot}</td>
                <td class="n">${size(pages)}</td>
                <td class="n">${size(here)}</td>
                <td class="n">${size(inParent)}</td>
                <td class="n">${size(lazy)}</td>
                ${classes.map((each) => markup`<td class="n">${content ? size(content[each]) : here > 0 ? '?' : ''}</td>`)}
                <td class="mono">${count > 1 ? `${count} areas of which less is saved` : name}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
