/** Files of the checkpoint beside those of the host, as CRIU compares them when it opens them: type, size, mode, build-id. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { RegFileEntry } from '../../schema/generated/messages.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../shell-word.ts';
import { compareBuildId } from './build-ids.ts';
import { lookAt } from './look-at.ts';

/** What the kernel makes itself, and what terminals CRIU makes. */
const OF_KERNEL = /^\/(?:proc|sys|dev\/pts|dev\/tty|dev\/console|dev\/ptmx)(?:\/|\d*$)/;
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFIFO = 0o010000;
const O_ACCMODE = 3;

export function* findFiles({ files, images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  // What a deleted file was linked to is looked at with it.
  const links = new Set([...images.entriesIfThere('remap-fpath.img', 'REMAP_FPATH')].map(({ remap_id }) => remap_id));
  for (const id of files.idsOf(new Set([FD_TYPES.REG]))) {
    const file = ifReadable(() => files.get(id));
    const reg = file?.entry.reg;
    if (!file || !reg || file.isExternal || file.deleted || links.has(id) || OF_KERNEL.test(textOf(reg.name))) continue;
    // With mounts of its own, only what is on the root is below the directory that was named.
    if (file.mount && textOf(file.mount.mountpoint) !== '/') continue;
    yield* compare(reg, host);
  }
}

function* compare(reg: RegFileEntry, { root }: Host): Generator<Finding, void, undefined> {
  const name = textOf(reg.name);
  const { id, mode, flags } = reg;
  // In CRIU's words names have no slash at their start.
  const bare = name.replace(/^\//, '');
  const of = { severity: 'error', image: 'files.img', id } as const;
  const other = `crit-edit --path ${shellWord(name)}=OTHER`;
  const look = lookAt(root, name);
  if (look === 'refused') {
    yield { ...of, severity: 'note', kind: 'unreadable', message: `${name}: not allowed to look at it` };
    return;
  }
  if (!look) {
    const isFifo = mode !== undefined && (mode & S_IFMT) === S_IFIFO;
    yield {
      ...of,
      kind: isFifo ? 'fifo' : 'file',
      message: `${name} is not there`,
      there: name,
      criu: isFifo ? `[${bare}]: No such file or directory` : `Can't open file ${bare}`,
      mend: isFifo ? `mkfifo ${shellWord(name)}, or ${other}` : other,
    };
    return;
  }
  const { path, stats } = look;
  if (mode !== undefined && (mode & S_IFMT) !== (stats.mode & S_IFMT)) {
    const isRefused = (stats.mode & S_IFMT) === S_IFDIR && (flags & O_ACCMODE) !== 0;
    yield {
      ...of,
      kind: 'type',
      message: `${name} has mode 0${stats.mode.toString(8)}, which is of another kind of file than 0${mode.toString(8)}`,
      there: mode,
      here: stats.mode,
      criu: isRefused ? `Can't open file ${bare}` : `File ${bare} has bad mode`,
      mend: other,
    };
    return;
  }
  if (reg.size !== undefined && Number(reg.size) !== stats.size) {
    yield {
      ...of,
      kind: 'size',
      message: `${name} has ${stats.size} bytes, not ${reg.size}`,
      there: reg.size,
      here: stats.size,
      criu: `File ${bare} has bad size`,
      mend: 'the file as it was, or crit-edit --ignore size',
    };
  }
  if (mode !== undefined && mode !== stats.mode) {
    yield {
      ...of,
      kind: 'mode',
      message: `${name} has mode 0${stats.mode.toString(8)}, not 0${mode.toString(8)}`,
      there: mode,
      here: stats.mode,
      criu: `File ${bare} has bad mode`,
      mend: `chmod ${(mode & 0o7777).toString(8)} ${shellWord(name)}, or crit-edit --ignore mode`,
    };
  }
  const ids = stats.isFile() ? compareBuildId(reg, path) : undefined;
  if (!ids) return;
  yield {
    ...of,
    kind: 'build-id',
    message: `${name} has build-id ${ids.here}, not ${ids.there}`,
    ...ids,
    criu: `File ${bare} has bad build-ID`,
    mend: 'the same build of it; with crit-edit --ignore build-id, processes that have it mapped may crash',
  };
}
