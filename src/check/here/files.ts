/** Files of the checkpoint beside those of the host, as CRIU compares them when it opens them: size, mode, build-id. */
import { closeSync, openSync } from 'node:fs';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { textOf } from '../../checkpoint/text.ts';
import { isSystemError } from '../../error.ts';
import { readBuildId } from '../../files/build-id.ts';
import type { RegFileEntry } from '../../schema/generated/messages.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../shell-word.ts';
import { lookAt } from './look-at.ts';

/** What the kernel makes itself, and what terminals CRIU makes. */
const OF_KERNEL = /^\/(?:proc|sys|dev\/pts|dev\/tty|dev\/console|dev\/ptmx)(?:\/|\d*$)/;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

export function* findFiles({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  for (const id of files.idsOf(new Set([FD_TYPES.REG]))) {
    const file = ifReadable(() => files.get(id));
    const reg = file?.entry.reg;
    if (!file || !reg || file.isExternal || file.deleted || OF_KERNEL.test(textOf(reg.name))) continue;
    // With mounts of its own, only what is on the root is below the directory that was named.
    if (file.mount && textOf(file.mount.mountpoint) !== '/') continue;
    yield* compare(reg, host);
  }
}

function* compare(reg: RegFileEntry, { root }: Host): Generator<Finding, void, undefined> {
  const name = textOf(reg.name);
  const { id } = reg;
  const image = 'files.img';
  const look = lookAt(root, name);
  if (look === 'refused') {
    yield { severity: 'note', kind: 'unreadable', image, id, message: `${name}: not allowed to look at it` };
    return;
  }
  if (!look) {
    const mend = `crit-edit --path ${shellWord(name)}=OTHER`;
    const message = `${name} is not there`;
    yield { severity: 'error', kind: 'file', image, id, message, there: name, criu: `Can't open file ${name}`, mend };
    return;
  }
  const { path, stats } = look;
  const { mode } = reg;
  if (reg.size !== undefined && stats.isFile() && Number(reg.size) !== stats.size) {
    yield {
      severity: 'error',
      kind: 'size',
      image,
      id,
      message: `${name} has ${stats.size} bytes, not ${reg.size}`,
      there: reg.size,
      here: stats.size,
      criu: `File ${name} has bad size`,
      mend: 'crit-edit --ignore size',
    };
  }
  if (mode !== undefined && mode !== stats.mode) {
    const isOtherType = (mode & S_IFMT) !== (stats.mode & S_IFMT);
    yield {
      severity: 'error',
      kind: isOtherType ? 'type' : 'mode',
      image,
      id,
      message: `${name} has mode 0${stats.mode.toString(8)}, not 0${mode.toString(8)}`,
      there: mode,
      here: stats.mode,
      criu: `File ${name} has bad mode`,
      mend: isOtherType ? `crit-edit --path ${shellWord(name)}=OTHER` : 'crit-edit --ignore mode',
    };
  }
  const expected = buildIdOf(reg);
  if (expected === '' || (stats.mode & S_IFMT) !== S_IFREG) return;
  const found = buildIdAt(path);
  // CRIU keeps whole words.
  if (found === undefined || found.padEnd(Math.ceil(found.length / 8) * 8, '0') === expected) return;
  yield {
    severity: 'error',
    kind: 'build-id',
    image,
    id,
    message: `${name} has build-id ${found === '' ? 'none' : found}, not ${expected}`,
    there: expected,
    here: found,
    criu: `File ${name} has bad build-ID`,
    mend: 'the same build of it; with another one, processes that have it mapped crash',
  };
}

/** Empty where the file has none; undefined where it may not be read. */
function buildIdAt(path: string): string | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      return readBuildId(fd) ?? '';
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function buildIdOf({ build_id = [] }: RegFileEntry): string {
  const bytes = Buffer.alloc(4 * build_id.length);
  for (const [index, word] of build_id.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes.toString('hex');
}
