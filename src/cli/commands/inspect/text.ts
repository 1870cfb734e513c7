/** An inspection on one screen. */
import type { OpenSocket } from '../../../checkpoint/checkpoint.ts';
import type { InspectedProcess } from '../../../inspect/inspect-process.ts';
import type { Inspection } from '../../../inspect/inspect.ts';
import { commandLine } from '../../../memory/start-texts.ts';
import { credentialRows, cgroupRows, externalRows, gpuText, namespaceRows, networkRows } from './system-text.ts';
import { safeText } from '../../io/terminal.ts';
import { bytesText as bytes } from '../../io/bytes-text.ts';

export interface InspectTextOptions {
  readonly environment: boolean;
  readonly files: boolean;
  readonly sockets: boolean;
  readonly mounts: boolean;
  readonly annotations: boolean;
  readonly credentials: boolean;
  readonly namespaces: boolean;
  readonly network: boolean;
  readonly external: boolean;
  readonly memory: boolean;
}

const LABEL_WIDTH = 14;
const COMMAND_WIDTH = 100;
/** Processes further down are not moved further to the right. */
const MOST_DEPTH = 40;

/** The lines of an inspection, safe for a terminal. */
export function* inspectText(found: Inspection, options: InspectTextOptions): Generator<string, void, undefined> {
  yield* containerText(found);
  if (found.criu.images === 0) yield row('images', 'none');
  else yield* criuText(found);
  yield* sizeText(found);
  if (found.criu.images > 0) yield* processText(found, options);
  if (options.sockets && found.sockets.length > 0) {
    yield '';
    for (const socket of found.sockets) yield socketText(socket);
  }
  if (options.mounts) {
    yield '';
    for (const { mountpoint, source, isExternal } of found.mounts) {
      yield row('mount', `${mountpoint}  from ${source}${isExternal ? '  (from outside)' : ''}`);
    }
  }
  yield* systemText(found, options);
  if (options.annotations) {
    for (const [key, value] of Object.entries(found.container?.annotations ?? {}))
      yield row('annotation', `${key}=${value}`);
  }
  if (found.unusual.length > 0) yield '';
  for (const { kind, image, message } of found.unusual) {
    yield row('unusual', `${kind}: ${image === undefined || message.startsWith(image) ? '' : `${image}: `}${message}`);
  }
}

/** Each part behind an empty line. */
function* systemText({ system }: Inspection, options: InspectTextOptions): Generator<string, void, undefined> {
  if (!system) return;
  const { credentials, namespaces, cgroups, networks, external } = system;
  const parts = [
    options.credentials ? [...credentialRows(credentials)] : [],
    options.namespaces ? [...namespaceRows(namespaces), ...cgroupRows(cgroups.places, cgroups.groups)] : [],
    options.network ? [...networkRows(networks)] : [],
    options.external ? [...externalRows(external)] : [],
  ];
  for (const part of parts) {
    if (part.length > 0) yield '';
    for (const [label, text] of part) yield row(label, text);
  }
}

function* containerText({ container }: Inspection): Generator<string, void, undefined> {
  if (!container) return;
  const { name, id, image, engine, runtime, created, checkpointed, pod, namespace, addresses, hostname, command } =
    container;
  const { engineVersion, runtimeVersion, kernel, architecture } = container;
  yield* rows({
    container: [name, id && `(${id.slice(0, 12)})`],
    image: [image],
    engine: [engine, engineVersion, runtime && `(${[runtime, runtimeVersion].filter(Boolean).join(' ')})`],
    created: [created],
    checkpointed: [checkpointed],
    pod: [pod, namespace && `in ${namespace}`],
    address: [addresses?.join(', ')],
    hostname: [hostname],
    command: [command?.join(' ')],
    kernel: [kernel, architecture && `(${architecture})`],
  });
  yield '';
}

function* criuText({ criu, isPreDump, dump, restore, parents }: Inspection): Generator<string, void, undefined> {
  const { version, imageVersion, images, compression, plugins = [] } = criu;
  const versions = [version, imageVersion === undefined ? 'unknown image version' : `image version ${imageVersion}`];
  yield row('CRIU', [...versions, `${images} images`].filter((part) => part !== undefined).join(', '));
  if (isPreDump) yield row('pre-dump', 'memory alone, to be the parent of a dump');
  if (plugins.length > 0) yield row('plugins', plugins.join(', '));
  if (compression !== undefined) yield row('compression', compression);
  if (dump) {
    yield row(
      'dump',
      `frozen for ${ms(dump.frozen_time)}, memory ${ms(dump.memdump_time)}, writing ${ms(dump.memwrite_time)}`,
    );
    yield row(
      'pages',
      `${dump.pages_scanned} scanned, ${dump.pages_written} written, ${dump.pages_skipped_parent} in parent`,
    );
  }
  if (restore) yield row('restore', `${ms(restore.restore_time)}, forking ${ms(restore.forking_time)}`);
  for (const { target, isThere } of parents) yield row('parent', `${target}${isThere ? '' : ' (not there)'}`);
}

function* sizeText(found: Inspection): Generator<string, void, undefined> {
  const { criu, sizes, pages, pageSize } = found;
  const { total, archive, images, memory, gpu, rootfsDiff, sharedMemory, other } = sizes;
  yield row('size', `${bytes(total)}${archive === undefined ? '' : `, in an archive of ${bytes(archive)}`}`);
  if (criu.images > 0) {
    yield row(
      'memory',
      `${bytes(memory)}; pages: ${pages.here} here, ${pages.inParent} in parent, ${pages.lazy} lazy (${bytes(pages.here * pageSize)})`,
    );
  }
  if (gpu > 0) yield row('GPU memory', bytes(gpu));
  for (const { image, kind, size, description } of found.gpu) {
    yield row('GPU image', `${image}  ${kind}, ${bytes(size)}`);
    if (description) yield row('', gpuText(description));
  }
  yield row(
    'other',
    `images ${bytes(images)}, rootfs diff ${bytes(rootfsDiff)}, /dev/shm ${bytes(sharedMemory)}, rest ${bytes(other)}`,
  );
}

function* processText(
  { processes, sockets, pageSize }: Inspection,
  options: InspectTextOptions,
): Generator<string, void, undefined> {
  const count = (of: (process: InspectedProcess) => number): number =>
    processes.reduce((sum, each) => sum + of(each), 0);
  yield row(
    'processes',
    `${processes.length}, threads ${count((each) => each.threads.length)}, open files ${count((each) => each.openFiles)}, sockets ${sockets.length}`,
  );
  yield '';
  for (const process of processes) {
    const { pid, comm, state, args, env = [], depth, descriptors = [] } = process;
    const shift = '  '.repeat(Math.min(depth, MOST_DEPTH));
    const command = commandLine(args, comm);
    const shown = command.length > COMMAND_WIDTH ? `${command.slice(0, COMMAND_WIDTH)}...` : command;
    yield safeText(
      `${String(pid).padStart(7)}  ${shift}${shown}${state === 'Alive' || state === '' ? '' : `  (${state})`}`,
    );
    const indent = `${' '.repeat(9)}${shift}`;
    const memory = options.memory ? memoryText(process, pageSize) : '';
    if (memory !== '') yield `${indent}${memory}`;
    if (options.environment) for (const variable of env) yield safeText(`${indent}${variable}`);
    if (!options.files) continue;
    for (const { fd, name, isDeleted, isExternal } of descriptors) {
      const marks = `${isDeleted ? ' (deleted)' : ''}${isExternal ? ' (from outside)' : ''}`;
      yield safeText(`${indent}${String(fd).padStart(4)}  ${name}${marks}`);
    }
  }
}

/** Where its pages are; those of shared memory count with each process that maps it. */
function memoryText({ pages, sharedPages }: InspectedProcess, pageSize: number): string {
  const { here, inParent, lazy } = pages;
  const parts = [
    [here, 'saved'],
    [sharedPages, 'shared'],
    [inParent, 'in parent'],
    [lazy, 'lazy'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${bytes(count * pageSize)} ${what}`);
  return told.length === 0 ? '' : `memory ${told.join(', ')}`;
}

/** A socket, and who has it: pid and descriptor. */
function socketText({ family, type, protocol, state, local, peer, users }: OpenSocket): string {
  const facts = [family, type, protocol === '0' ? '' : protocol, state, local, peer && `-> ${peer}`].filter(Boolean);
  const owners = users.map(({ pid, fd }) => `${pid}:${fd}`);
  return row('socket', `${facts.join(' ')}  (${owners.length === 0 ? 'no descriptor' : owners.join(', ')})`);
}

function* rows(all: Readonly<Record<string, readonly (string | undefined)[]>>): Generator<string, void, undefined> {
  for (const [label, parts] of Object.entries(all)) {
    const text = parts.filter((part) => part !== undefined && part !== '').join(' ');
    if (text !== '') yield row(label, text);
  }
}

function row(label: string, text: string): string {
  return safeText(`${label.padEnd(LABEL_WIDTH)}${text}`);
}

function ms(microseconds: number | string): string {
  return `${(Number(microseconds) / 1000).toFixed(1)} ms`;
}
