/** The names behind the display options `flags` and `dict` of proto/opts.proto. Source: CRIU's pycriu, up to version 4.3. */

// prettier-ignore
const FLAGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'mmap.prot': { PROT_READ: 0x1, PROT_WRITE: 0x2, PROT_EXEC: 0x4 },
  'mmap.flags': { MAP_SHARED: 0x1, MAP_PRIVATE: 0x2, MAP_DROPPABLE: 0x8, MAP_ANON: 0x20, MAP_GROWSDOWN: 0x100 },
  'mmap.status': { VMA_AREA_NONE: 0x0, VMA_AREA_REGULAR: 0x1, VMA_AREA_STACK: 0x2, VMA_AREA_VSYSCALL: 0x4, VMA_AREA_VDSO: 0x8, VMA_AREA_HEAP: 0x20, VMA_FILE_PRIVATE: 0x40, VMA_FILE_SHARED: 0x80, VMA_ANON_SHARED: 0x100, VMA_ANON_PRIVATE: 0x200, VMA_AREA_SYSVIPC: 0x400, VMA_AREA_SOCKET: 0x800, VMA_AREA_VVAR: 0x1000, VMA_AREA_AIORING: 0x2000, VMA_AREA_MEMFD: 0x4000, VMA_AREA_SHSTK: 0x8000, VMA_AREA_UPROBES: 0x20000, VMA_AREA_NOT_ACCOUNTABLE: 0x40000, VMA_UNSUPP: 0x80000000 },
  'rfile.flags': { O_WRONLY: 0x1, O_RDWR: 0x2, O_CREAT: 0x40, O_EXCL: 0x80, O_NOCTTY: 0x100, O_TRUNC: 0x200, O_APPEND: 0x400, O_NONBLOCK: 0x800, O_DSYNC: 0x1000, FASYNC: 0x2000, O_DIRECT: 0x4000, O_LARGEFILE: 0x8000, O_DIRECTORY: 0x10000, O_NOFOLLOW: 0x20000, O_NOATIME: 0x40000, O_CLOEXEC: 0x80000 },
  'pmap.flags': { PE_PARENT: 0x1, PE_LAZY: 0x2, PE_PRESENT: 0x4, PE_PAYLOAD_ALIGNED: 0x8 },
  'seals.flags': { F_SEAL_SEAL: 0x1, F_SEAL_SHRINK: 0x2, F_SEAL_GROW: 0x4, F_SEAL_WRITE: 0x8, F_SEAL_FUTURE_WRITE: 0x10 },
};

const DICTS: Readonly<Record<string, Readonly<Record<string, Readonly<Record<number, string>>>>>> = {
  gen: { task_state: { 1: 'Alive', 2: 'Dead', 3: 'Stopped', 6: 'Zombie' } },
  sk: {
    family: { 1: 'UNIX', 2: 'INET', 10: 'INET6', 16: 'NETLINK', 17: 'PACKET' },
    type: { 1: 'STREAM', 2: 'DGRAM', 3: 'RAW', 5: 'SEQPACKET', 10: 'PACKET' },
    state: {
      1: 'ESTABLISHED',
      2: 'SYN_SENT',
      3: 'SYN_RECV',
      4: 'FIN_WAIT1',
      5: 'FIN_WAIT2',
      6: 'TIME_WAIT',
      7: 'CLOSE',
      8: 'CLOSE_WAIT',
      9: 'LAST_ACK',
      10: 'LISTEN',
    },
    proto: { 0: 'IP', 6: 'TCP', 17: 'UDP', 136: 'UDPLITE' },
  },
};

/** Names and bits of a flags table, in the order in which they are printed. */
export function flagNames(table: string): ReadonlyArray<readonly [name: string, bit: number]> {
  return Object.entries(FLAGS[table] ?? {});
}

/** All names of a dict table for a field. */
export function dictNames(table: string, field: string): string[] {
  return Object.values(DICTS[table]?.[field] ?? {});
}

/** Name of a number by a dict table and the field's name, or undefined. */
export function dictName(table: string, field: string, value: number): string | undefined {
  return DICTS[table]?.[field]?.[value];
}

/** Number of a name by a dict table and the field's name, or undefined. */
export function dictNumber(table: string, field: string, name: string): number | undefined {
  const found = Object.entries(DICTS[table]?.[field] ?? {}).find(([, each]) => each === name);
  return found && Number(found[0]);
}
