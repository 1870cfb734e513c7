/** Where in a checkpoint some bytes are. */

export interface Place {
  readonly image: string;
  readonly magic: string;
  /** Number of the entry in its image, from 1; undefined for the image itself and for raw bytes. */
  readonly entry?: number | undefined;
  /** Where in the entry, or in the value of JSON: `reg.name`, `extra.inq`. */
  readonly field?: string | undefined;
  /** Path of a file in an archive that is an image itself. */
  readonly member?: string | undefined;
  /** The process that the image is of. */
  readonly pid?: number | undefined;
  /** Of memory, the address, and the kind of area: `[heap]`. */
  readonly vaddr?: string | undefined;
  readonly area?: string | undefined;
}

/** Images whose names tell a process or a thread. */
const OF_PROCESSES =
  /(?:^|\/)(?:core|mm|pagemap|ids|fs|creds|itimers|posix-timers|rlimit|sigacts|signal-[sp]|vmas)-(\d+)\.img$/;

/** The process whose image it is, by its name. */
export function pidOfImage(image: string): number | undefined {
  const pid = OF_PROCESSES.exec(image)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** A place as people read it, behind the name of its image: `entry 3: reg.name`. */
export function placeText({ entry, field, member }: Place): string {
  return [entry === undefined ? '' : `entry ${entry}`, member ?? '', field ?? '']
    .filter((part) => part !== '')
    .join(': ');
}
