/** Ids that point nowhere: CRIU finds what belongs together by them alone. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import type { Finding } from '../finding.ts';

const SAME_DUMP = 'images of the same dump';

export function* findIds(checkpoint: Checkpoint): Generator<Finding, void, undefined> {
  if (checkpoint.isPreDump) return;
  yield* mappedFiles(checkpoint);
  yield* otherTypes(checkpoint);
  yield* namesOfFiles(checkpoint);
  yield* terminals(checkpoint);
  yield* cgroupSets(checkpoint);
}

/** Executables and mapped files. */
function* mappedFiles(checkpoint: Checkpoint): Generator<Finding, void, undefined> {
  const { processes, files } = checkpoint;
  const lost = (pid: number, id: number, what: string): Finding => ({
    severity: 'error',
    kind: 'id',
    image: `mm-${pid}.img`,
    id,
    message: `${what} is file ${id}, which no image has`,
    criu: `No entry for reg-file-ID 0x${id.toString(16)}`,
    mend: SAME_DUMP,
  });
  for (const process of processes) {
    const { pid } = process;
    const mm = ifReadable(() => (process.isGone ? undefined : process.readMm()));
    if (!mm) continue;
    if (!files.has(mm.exe_file_id)) yield lost(pid, mm.exe_file_id, 'the executable');
    const told = new Set<number>();
    for (const { file, start } of ifReadable(() => checkpoint.readVmas(pid)) ?? []) {
      if (file === undefined || told.has(file) || files.has(file)) continue;
      told.add(file);
      yield lost(pid, file, `what is mapped at ${start.toString(16)}`);
    }
  }
}

/** Descriptors that are of another kind than the file of their id, as where files.img is of another dump. */
function* otherTypes({ processes, files }: Checkpoint): Generator<Finding, void, undefined> {
  for (const process of processes) {
    if (ifReadable(() => process.isGone) !== false) continue;
    for (const { fd, id, type } of process.readDescriptors()) {
      const entry = files.entry(id);
      if (!entry || entry.type === type) continue;
      yield {
        severity: 'error',
        kind: 'other dump',
        image: process.fdinfoImage() ?? 'files.img',
        id,
        message: `descriptor ${process.pid}:${fd} is ${type}, and file ${id} is ${entry.type}: the images are of different dumps`,
        there: `${type}`,
        criu: `No file for fd ${fd} id 0x${id.toString(16)}`,
        mend: SAME_DUMP,
      };
    }
  }
}

/** Files that have their name in an entry of its own, and deleted ones. */
function* namesOfFiles({ files, images }: Checkpoint): Generator<Finding, void, undefined> {
  for (const id of files.idsOf(new Set([FD_TYPES.FIFO, FD_TYPES.TTY]))) {
    const entry = files.entry(id);
    const name = entry?.fifo?.regf_id ?? entry?.tty?.regf_id;
    if (name === undefined || name === 0 || files.has(name)) continue;
    yield {
      severity: 'error',
      kind: 'id',
      image: 'files.img',
      id,
      message: `its name is file ${name}, which no image has`,
      criu: `Can't find regfile for 0x${name.toString(16)}`,
      mend: SAME_DUMP,
    };
  }
  for (const { orig_id } of images.entriesIfThere('remap-fpath.img', 'REMAP_FPATH')) {
    if (files.has(orig_id)) continue;
    yield {
      severity: 'error',
      kind: 'id',
      image: 'remap-fpath.img',
      id: orig_id,
      message: `a deleted file is file ${orig_id}, which no image has`,
      criu: `Remap for non existing file 0x${orig_id.toString(16)}`,
      mend: SAME_DUMP,
    };
  }
}

function* terminals({ files, images }: Checkpoint): Generator<Finding, void, undefined> {
  const known = new Set([...images.entriesIfThere('tty-info.img', 'TTY_INFO')].map(({ id }) => id));
  for (const id of files.idsOf(new Set([FD_TYPES.TTY]))) {
    const info = files.entry(id)?.tty?.tty_info_id;
    if (info === undefined || known.has(info)) continue;
    yield {
      severity: 'error',
      kind: 'id',
      image: 'files.img',
      id,
      message: `terminal ${info} is not in tty-info.img`,
      criu: 'Not all TTYs got its infos',
      mend: SAME_DUMP,
    };
  }
}

/** Sets of cgroups, but for that of CRIU itself, which is left as it is. */
function* cgroupSets({ images, processes }: Checkpoint): Generator<Finding, void, undefined> {
  const outer = images.firstIfThere('inventory.img', 'INVENTORY')?.root_cg_set;
  const cgroup = images.firstIfThere('cgroup.img', 'CGROUP');
  const known = new Set((cgroup?.sets ?? []).map(({ id }) => id));
  for (const process of processes) {
    const core = process.readCore();
    const set = core.tc?.cg_set ?? core.thread_core?.cg_set;
    if (set === undefined || set === 0 || set === outer || known.has(set)) continue;
    yield {
      severity: 'error',
      kind: 'id',
      image: `core-${process.pid}.img`,
      id: set,
      message: `cgroups of set ${set}, which cgroup.img does not have`,
      criu: `No set ${set} found`,
      mend: 'cgroup.img of the same dump, or crit-edit --no-cgroup',
    };
  }
}
