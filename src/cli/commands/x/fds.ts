import { readDescriptors, readPlace, type Descriptor, type Place } from '../../../checkpoint/descriptors.ts';
import { isGone, type Process } from '../../../checkpoint/processes.ts';
import type { View } from './view.ts';

interface Part {
  readonly process: Process;
  readonly fds: readonly Descriptor[];
  readonly place: Place | undefined;
}

/** Open descriptors. */
export const fds: View<Part> = {
  *parts({ directory, files, processes }) {
    for (const process of processes) {
      const isThere = !isGone(process);
      yield {
        process,
        fds: isThere ? [...readDescriptors(directory, files, process.pid)] : [],
        place: isThere ? readPlace(directory, files, process.pid) : undefined,
      };
    }
  },
  *text({ process, fds: list, place }, show) {
    yield String(process.pid);
    for (const { fd, name } of list) yield `\t${String(fd).padStart(7)}: ${show(name)}`;
    if (!place) return;
    yield `\t${'cwd'.padStart(7)}: ${show(place.cwd)}`;
    yield `\t${'root'.padStart(7)}: ${show(place.root)}`;
  },
  value({ process: { pid, comm }, fds: list, place }) {
    return { pid, comm, fds: list, ...place };
  },
  *rows({ process: { pid }, fds: list, place }) {
    for (const each of list) yield { pid, ...each };
    if (!place) return;
    yield { pid, fd: 'cwd', name: place.cwd };
    yield { pid, fd: 'root', name: place.root };
  },
};
