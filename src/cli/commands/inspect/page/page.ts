/** One page of HTML about a checkpoint: all that it needs is in it, and its own policy refuses everything else. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Inspection } from '../../../../inspect/inspect.ts';
import { bytesText } from '../../../io/bytes-text.ts';
import { addressSpacesSection } from './address-spaces.ts';
import { changesSection, type Changes } from './changes.ts';
import { filesSection, mountsSection, socketsSection } from './files.ts';
import { markup, raw, type Markup } from './markup.ts';
import { processesSection } from './processes.ts';
import { relationsSection } from './relations.ts';
import { SCRIPT } from './script.ts';
import { statisticsSection } from './statistics.ts';
import { STYLE } from './style.ts';
import { systemSection } from './system.ts';
import { treemapSection } from './treemap.ts';

/** Areas of each process that are drawn, and of a whole checkpoint. */
const MOST_AREAS = 400;
const MOST_AREAS_IN_ALL = 8000;

/** How many areas of each of so many processes the page has room for. */
export function areasForPage(processes: number): number {
  return Math.max(12, Math.min(MOST_AREAS, Math.floor(MOST_AREAS_IN_ALL / Math.max(1, processes))));
}

const SECTIONS = [
  ['changes', 'Changes'],
  ['processes', 'Processes'],
  ['memory', 'Address spaces'],
  ['sizes', 'Sizes'],
  ['relations', 'Relations'],
  ['files', 'Files'],
  ['sockets', 'Sockets'],
  ['mounts', 'Mounts'],
  ['system', 'System'],
  ['statistics', 'Statistics'],
] as const;

/** The page of an inspection that has descriptors, environments, areas, relations, rounds and the system. `path` is what the user named. */
export function pageOf(path: string, found: Inspection, changes?: Changes): string {
  const { processes, pageSize } = found;
  const title = found.container?.name ?? basename(path);
  const sections = [
    changes ? changesSection(changes, new Set(processes.map(({ pid }) => pid))) : markup``,
    processesSection(processes, pageSize),
    addressSpacesSection(processes, pageSize),
    treemapSection(found),
    relationsSection(found),
    filesSection(found),
    socketsSection(found),
    mountsSection(found),
    systemSection(found),
    statisticsSection(found),
  ];
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const there = sections.map(String);
  const links = SECTIONS.filter(([id]) => there.some((section) => section.startsWith(`<section id="${id}"`)));
  return String(
    markup`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="referrer" content="no-referrer" />
          <title>${title} - checkpoint</title>
          <style>${raw(STYLE)}</style>
        </head>
        <body>
          <header>
            <h1>${title}</h1>
            ${unusual(found)} ${facts(path, found)}
            <nav>${links.map(([id, name]) => markup`<a href="#${id}">${name}</a>`)}</nav>
          </header>
          <main>${sections}</main>
          <script>${raw(SCRIPT)}</script>
        </body>
      </html>
`,
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** What is unusual comes first. */
function unusual({ unusual: all }: Inspection): Markup {
  if (all.length === 0) return markup``;
  return markup`<ul class="unusual">
    ${all.slice(0, MOST_UNUSUAL).map(
      ({ kind, image, message }) =>
        markup`<li>
            <b>${kind}</b> ${image === undefined || message.startsWith(image) ? '' : `${image}: `}${message}
          </li>`,
    )}${all.length > MOST_UNUSUAL ? markup`<li>${all.length - MOST_UNUSUAL} more</li>` : ''}
  </ul>`;
}

const MOST_UNUSUAL = 200;

function facts(
  path: string,
  { container, criu, isPreDump, sizes, pages, pageSize, processes, sockets, parents }: Inspection,
): Markup {
  const { name, id, image, engine, runtime, created, checkpointed, pod, namespace, addresses, hostname, command } =
    container ?? {};
  const sum = (of: (each: (typeof processes)[number]) => number): number =>
    processes.reduce((total, each) => total + of(each), 0);
  const all: readonly (readonly [string, string | undefined])[] = [
    ['checkpoint', path],
    ['container', name === undefined ? undefined : `${name}${id === undefined ? '' : ` (${id.slice(0, 12)})`}`],
    ['pod', pod === undefined ? undefined : `${pod}${namespace === undefined ? '' : ` in ${namespace}`}`],
    ['image', image],
    ['engine', engine === undefined ? undefined : `${engine}${runtime === undefined ? '' : ` (${runtime})`}`],
    ['created', created],
    ['checkpointed', checkpointed],
    ['address', addresses?.join(', ')],
    ['host name', hostname],
    ['command', command?.join(' ')],
    [
      'CRIU',
      [
        criu.version,
        criu.imageVersion === undefined ? undefined : `image version ${criu.imageVersion}`,
        `${criu.images} images`,
      ]
        .filter((each) => each !== undefined)
        .join(', '),
    ],
    ['compression', criu.compression],
    ['plugins', criu.plugins?.join(', ')],
    ['pre-dump', isPreDump ? 'memory alone, to be the parent of a dump' : undefined],
    [
      'parents',
      parents.length === 0
        ? undefined
        : parents.map(({ target, isThere }) => `${target}${isThere ? '' : ' (not there)'}`).join(', '),
    ],
    [
      'size',
      `${bytesText(sizes.total)}${sizes.archive === undefined ? '' : `, in an archive of ${bytesText(sizes.archive)}`}`,
    ],
    [
      'memory',
      `${bytesText(sizes.memory)} in images; of processes ${bytesText(pages.here * pageSize)} here, ${bytesText(pages.inParent * pageSize)} in parent, ${bytesText(pages.lazy * pageSize)} lazy`,
    ],
    [
      'processes',
      `${processes.length}, threads ${sum((each) => each.threads.length)}, open files ${sum((each) => each.openFiles)}, sockets ${sockets.length}`,
    ],
  ];
  return markup`<dl class="facts">
    ${all.map(([label, text]) =>
      text === undefined || text === ''
        ? ''
        : markup`<dt>${label}</dt>
            <dd>${text}</dd>`,
    )}
  </dl>`;
}
