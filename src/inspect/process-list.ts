import { CritError, placed } from '../error.ts';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { readProcesses, type Process } from '../checkpoint/processes.ts';

/** The processes of a checkpoint; without name and state where an image of theirs is missing or damaged. */
export function listProcesses(directory: ImageDirectory): Process[] {
  try {
    return [...readProcesses(directory)];
  } catch (error) {
    if (!(placed(error) instanceof CritError)) throw error;
    return [...directory.entries('pstree.img', 'PSTREE')].map(({ pid, ppid, pgid, sid, threads = [] }) => {
      return { pid, ppid, pgid, sid, comm: '', state: '', threads };
    });
  }
}
