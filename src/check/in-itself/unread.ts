/** Images that no process has: left from another dump in the same directory. CRIU does not look at them. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import type { Finding } from '../finding.ts';

/** Names with the id of a process or thread. */
const OF_TASK = /^(?:core|mm|pagemap|fs|ids|creds|itimers|posix-timers|sigacts|signal-[sp]|rlimit|vmas)-(\d+)\.img$/;
const OF_FILES = /^fdinfo-(\d+)\.img$/;
const OF_PAGES = /^pages-(\d+)\.img$/;
const OF_GHOST = /^ghost-file-[0-9a-f]+\.img$/;

export function* findUnread(checkpoint: Checkpoint): Generator<Finding, void, undefined> {
  const { images, processes, files, isPreDump } = checkpoint;
  if (isPreDump) return;
  const tasks = new Set(processes.flatMap(({ pid, threads }) => [pid, ...threads]));
  const tables = new Set(processes.flatMap((process) => ifReadable(() => process.fdinfoImage()) ?? []));
  const pages = checkpoint.pagemaps;
  const ghosts = new Set(files.ghostImages());
  const isRead = (image: string): boolean => {
    const task = OF_TASK.exec(image)?.[1];
    if (task !== undefined) return tasks.has(Number(task));
    if (OF_FILES.test(image)) return tables.has(image);
    const id = OF_PAGES.exec(image)?.[1];
    if (id !== undefined) return pages.has(Number(id));
    return !OF_GHOST.test(image) || ghosts.has(image);
  };
  for (const image of images.names) {
    if (isRead(image)) continue;
    yield {
      severity: 'note',
      kind: 'unread',
      image,
      message: 'is of no process of pstree.img, as images of another dump',
    };
  }
}
