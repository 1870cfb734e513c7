/**
 * Which images there are: CRIU's magic numbers, what each image holds, and the names of its files.
 * Source: CRIU's magic.h and image-desc.c, up to version 4.3.
 */
import type { RawMagic } from './magics.ts';

/** First word of an image: common, service (statistics and caches), or none (inventory, and version 1.0). */
export type Head = 'common' | 'service' | 'none';

/** Which raw bytes follow an entry, and how they are shown. */
export type ExtraKind =
  'pipe-data' | 'sk-queue' | 'tcp-stream' | 'bpfmap-data' | 'ipc-sem' | 'ipc-msg' | 'ipc-shm' | 'ghost-file';

/** What is known of a kind of image. */
export interface ImageFacts {
  /** The magic number, a little-endian u32 on disk. */
  readonly number: number;
  /** The head that CRIU writes before the magic. */
  readonly head: Head;
  /** Message of the first entry, where it differs from the others. */
  readonly first?: string;
  /** Message of each entry. */
  readonly entry: string;
  readonly extra?: ExtraKind;
  /** File names; %u and %lu stand for a decimal number, %x for a hexadecimal one. */
  readonly files: readonly string[];
}

export const HEAD_NUMBERS: { readonly common: 0x54564319; readonly service: 0x55105940 } = {
  common: 0x54564319,
  service: 0x55105940,
};

/** Names of the images that hold entries. */
// prettier-ignore
export type Magic =
  | 'APPARMOR' | 'AUTOFS' | 'BINFMT_MISC' | 'BPFMAP_DATA' | 'BPFMAP_FILE' | 'CGROUP' | 'CORE' | 'CPUINFO'
  | 'CREDS' | 'EVENTFD_FILE' | 'EVENTPOLL_FILE' | 'EVENTPOLL_TFD' | 'EXT_FILES' | 'FANOTIFY_FILE'
  | 'FANOTIFY_MARK' | 'FDINFO' | 'FIFO' | 'FIFO_DATA' | 'FILES' | 'FILE_LOCKS' | 'FS' | 'GHOST_FILE' | 'IDS'
  | 'INETSK' | 'INOTIFY_FILE' | 'INOTIFY_WD' | 'INVENTORY' | 'IPCNS_MSG' | 'IPCNS_SEM' | 'IPCNS_SHM'
  | 'IPC_VAR' | 'IRMAP_CACHE' | 'ITIMERS' | 'MEMFD_INODE' | 'MM' | 'MNTS' | 'NETDEV' | 'NETLINK_SK' | 'NETNS'
  | 'NS_FILES' | 'PACKETSK' | 'PAGEMAP' | 'PIDFD' | 'PIDNS' | 'PIPES' | 'PIPES_DATA' | 'POSIX_TIMERS'
  | 'PSTREE' | 'REG_FILES' | 'REMAP_FPATH' | 'RLIMIT' | 'SECCOMP' | 'SIGACT' | 'SIGNAL' | 'SIGNALFD'
  | 'SK_QUEUES' | 'STATS' | 'TCP_STREAM' | 'TIMENS' | 'TIMERFD' | 'TTY_DATA' | 'TTY_FILES' | 'TTY_INFO'
  | 'TUNFILE' | 'UNIXSK' | 'USERNS' | 'UTSNS' | 'VMAS';

/** The images of CRIU, by the names of their magic numbers, in the order of these. */
// prettier-ignore
export const IMAGES: Readonly<Record<Magic, ImageFacts>> = {
  APPARMOR: { number: 0x59423047, head: 'common', entry: 'apparmor_entry', files: ['apparmor.img'] },
  AUTOFS: { number: 0x49353943, head: 'common', entry: 'autofs_entry', files: ['autofs-%u.img'] },
  BINFMT_MISC: { number: 0x67343323, head: 'common', entry: 'binfmt_misc_entry', files: ['binfmt-misc.img', 'binfmt-misc-%u.img'] },
  BPFMAP_DATA: { number: 0x64324033, head: 'common', entry: 'bpfmap_data_entry', extra: 'bpfmap-data', files: ['bpfmap-data.img'] },
  BPFMAP_FILE: { number: 0x57506142, head: 'common', entry: 'bpfmap_file_entry', files: ['bpfmap-file.img'] },
  CGROUP: { number: 0x59383330, head: 'common', entry: 'cgroup_entry', files: ['cgroup.img'] },
  CORE: { number: 0x55053847, head: 'common', entry: 'core_entry', files: ['core-%u.img'] },
  CPUINFO: { number: 0x61404013, head: 'common', entry: 'cpuinfo_entry', files: ['cpuinfo.img'] },
  CREDS: { number: 0x54023547, head: 'common', entry: 'creds_entry', files: ['creds-%u.img'] },
  EVENTFD_FILE: { number: 0x44523722, head: 'common', entry: 'eventfd_file_entry', files: ['eventfd.img'] },
  EVENTPOLL_FILE: { number: 0x45023858, head: 'common', entry: 'eventpoll_file_entry', files: ['eventpoll.img'] },
  EVENTPOLL_TFD: { number: 0x44433746, head: 'common', entry: 'eventpoll_tfd_entry', files: ['eventpoll-tfd.img'] },
  EXT_FILES: { number: 0x59255641, head: 'common', entry: 'ext_file_entry', files: ['ext-files.img'] },
  FANOTIFY_FILE: { number: 0x55096122, head: 'common', entry: 'fanotify_file_entry', files: ['fanotify.img'] },
  FANOTIFY_MARK: { number: 0x56506035, head: 'common', entry: 'fanotify_mark_entry', files: ['fanotify-mark.img'] },
  FDINFO: { number: 0x56213732, head: 'common', entry: 'fdinfo_entry', files: ['fdinfo-%u.img'] },
  FIFO: { number: 0x58364939, head: 'common', entry: 'fifo_entry', files: ['fifo.img'] },
  FIFO_DATA: { number: 0x59333054, head: 'common', entry: 'pipe_data_entry', extra: 'pipe-data', files: ['fifo-data.img'] },
  FILES: { number: 0x56303138, head: 'common', entry: 'file_entry', files: ['files.img'] },
  FILE_LOCKS: { number: 0x54323616, head: 'common', entry: 'file_lock_entry', files: ['filelocks.img'] },
  FS: { number: 0x51403912, head: 'common', entry: 'fs_entry', files: ['fs-%u.img'] },
  GHOST_FILE: { number: 0x52583605, head: 'common', first: 'ghost_file_entry', entry: 'ghost_chunk_entry', extra: 'ghost-file', files: ['ghost-file-%x.img'] },
  IDS: { number: 0x54432030, head: 'common', entry: 'task_kobj_ids_entry', files: ['ids-%u.img'] },
  INETSK: { number: 0x56443851, head: 'common', entry: 'inet_sk_entry', files: ['inetsk.img'] },
  INOTIFY_FILE: { number: 0x48424431, head: 'common', entry: 'inotify_file_entry', files: ['inotify.img'] },
  INOTIFY_WD: { number: 0x54562009, head: 'common', entry: 'inotify_wd_entry', files: ['inotify-wd.img'] },
  INVENTORY: { number: 0x58313116, head: 'none', entry: 'inventory_entry', files: ['inventory.img'] },
  IPCNS_MSG: { number: 0x55453737, head: 'common', entry: 'ipc_msg_entry', extra: 'ipc-msg', files: ['ipcns-msg-%u.img'] },
  IPCNS_SEM: { number: 0x59573019, head: 'common', entry: 'ipc_sem_entry', extra: 'ipc-sem', files: ['ipcns-sem-%u.img'] },
  IPCNS_SHM: { number: 0x46283044, head: 'common', entry: 'ipc_shm_entry', extra: 'ipc-shm', files: ['ipcns-shm-%u.img'] },
  IPC_VAR: { number: 0x53115007, head: 'common', entry: 'ipc_var_entry', files: ['ipcns-var-%u.img'] },
  IRMAP_CACHE: { number: 0x57004059, head: 'service', entry: 'irmap_cache_entry', files: ['irmap-cache'] },
  ITIMERS: { number: 0x57464056, head: 'common', entry: 'itimer_entry', files: ['itimers-%u.img'] },
  MEMFD_INODE: { number: 0x48453499, head: 'common', entry: 'memfd_inode_entry', files: ['memfd.img'] },
  MM: { number: 0x57492820, head: 'common', entry: 'mm_entry', files: ['mm-%u.img'] },
  MNTS: { number: 0x55563928, head: 'common', entry: 'mnt_entry', files: ['mountpoints-%u.img'] },
  NETDEV: { number: 0x57373951, head: 'common', entry: 'net_device_entry', files: ['netdev-%u.img'] },
  NETLINK_SK: { number: 0x58005614, head: 'common', entry: 'netlink_sk_entry', files: ['netlinksk.img'] },
  NETNS: { number: 0x55933752, head: 'common', entry: 'netns_entry', files: ['netns-%u.img'] },
  NS_FILES: { number: 0x61394011, head: 'common', entry: 'ns_file_entry', files: ['ns-files.img'] },
  PACKETSK: { number: 0x60454618, head: 'common', entry: 'packet_sock_entry', files: ['packetsk.img'] },
  PAGEMAP: { number: 0x56084025, head: 'common', first: 'pagemap_head', entry: 'pagemap_entry', files: ['pagemap-%lu.img', 'pagemap-shmem-%lu.img'] },
  PIDFD: { number: 0x54435556, head: 'common', entry: 'pidfd_entry', files: ['pidfd.img'] },
  PIDNS: { number: 0x61157326, head: 'common', entry: 'pidns_entry', files: ['pidns-%u.img'] },
  PIPES: { number: 0x56513555, head: 'common', entry: 'pipe_entry', files: ['pipes.img'] },
  PIPES_DATA: { number: 0x56453709, head: 'common', entry: 'pipe_data_entry', extra: 'pipe-data', files: ['pipes-data.img'] },
  POSIX_TIMERS: { number: 0x52603957, head: 'common', entry: 'posix_timer_entry', files: ['posix-timers-%u.img'] },
  PSTREE: { number: 0x50273030, head: 'common', entry: 'pstree_entry', files: ['pstree.img'] },
  REG_FILES: { number: 0x50363636, head: 'common', entry: 'reg_file_entry', files: ['reg-files.img'] },
  REMAP_FPATH: { number: 0x59133954, head: 'common', entry: 'remap_file_path_entry', files: ['remap-fpath.img'] },
  RLIMIT: { number: 0x57113925, head: 'common', entry: 'rlimit_entry', files: ['rlimit-%u.img'] },
  SECCOMP: { number: 0x64413049, head: 'common', entry: 'seccomp_entry', files: ['seccomp.img'] },
  SIGACT: { number: 0x55344201, head: 'common', entry: 'sa_entry', files: ['sigacts-%u.img'] },
  SIGNAL: { number: 0x59255647, head: 'common', entry: 'siginfo_entry', files: ['signal-s-%u.img', 'signal-p-%u.img'] },
  SIGNALFD: { number: 0x57323820, head: 'common', entry: 'signalfd_entry', files: ['signalfd.img'] },
  SK_QUEUES: { number: 0x56264026, head: 'common', entry: 'sk_packet_entry', extra: 'sk-queue', files: ['sk-queues.img'] },
  STATS: { number: 0x57093306, head: 'service', entry: 'stats_entry', files: ['stats-dump', 'stats-restore'] },
  TCP_STREAM: { number: 0x51465506, head: 'common', entry: 'tcp_stream_entry', extra: 'tcp-stream', files: ['tcp-stream-%x.img'] },
  TIMENS: { number: 0x43114433, head: 'common', entry: 'timens_entry', files: ['timens-%u.img'] },
  TIMERFD: { number: 0x50493712, head: 'common', entry: 'timerfd_entry', files: ['timerfd.img'] },
  TTY_DATA: { number: 0x59413026, head: 'common', entry: 'tty_data_entry', files: ['tty-data.img'] },
  TTY_FILES: { number: 0x59433025, head: 'common', entry: 'tty_file_entry', files: ['tty.img'] },
  TTY_INFO: { number: 0x59453036, head: 'common', entry: 'tty_info_entry', files: ['tty-info.img'] },
  TUNFILE: { number: 0x57143751, head: 'common', entry: 'tunfile_entry', files: ['tunfile.img'] },
  UNIXSK: { number: 0x54373943, head: 'common', entry: 'unix_sk_entry', files: ['unixsk.img'] },
  USERNS: { number: 0x55474906, head: 'common', entry: 'userns_entry', files: ['userns-%u.img'] },
  UTSNS: { number: 0x54473203, head: 'common', entry: 'utsns_entry', files: ['utsns-%u.img'] },
  VMAS: { number: 0x54123737, head: 'common', entry: 'vma_entry', files: ['vmas-%u.img'] },
};

/** Files in other formats that CRIU puts beside its images. Their names decide, whatever their first bytes are. */
const RAW_FILES: ReadonlyMap<string, RawMagic> = new Map([
  ['pages-%u.img', 'PAGES'],
  ['ifaddr-%u.img', 'RAW'],
  ['route-%u.img', 'RAW'],
  ['route6-%u.img', 'RAW'],
  ['rule-%u.img', 'RAW'],
  ['iptables-%u.img', 'RAW'],
  ['ip6tables-%u.img', 'RAW'],
  ['nftables-%u.img', 'RAW'],
  ['netns-ct-%u.img', 'RAW'],
  ['netns-exp-%u.img', 'RAW'],
  ['tmpfs-%u.tar.gz.img', 'RAW'],
  ['tmpfs-dev-%u.tar.gz.img', 'RAW'],
]);

/** What CRIU's plugin for GPUs of AMD writes: descriptions without a magic, and memory, which may begin with anything. */
const PLUGIN_FILE = /(?:^|\/)amdgpu-(?:kfd|renderD|pages|drm-pages)-[\da-f-]+\.img$|(?:^|\/)amdgpu-dmabuf_\d+\.img$/;

/** Whether a name is that of a kind of image with entries. */
export function isMagic(name: string): name is Magic {
  return Object.hasOwn(IMAGES, name);
}

/** PAGES or RAW where the name of a file says that it is not in CRIU's image format, else undefined. */
export function rawMagicByFile(path: string): RawMagic | undefined {
  if (PLUGIN_FILE.test(path)) return 'RAW';
  return patternsOf(path)
    .map((pattern) => RAW_FILES.get(pattern))
    .find(Boolean);
}

/** What a file's name may be in the tables: as it is, or with its number as %u or %x. */
export function patternsOf(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.includes('%')) return [];
  return [name.replace(/-\d+(?=\.)/, '-%u'), name.replace(/-[0-9a-f]+(?=\.)/, '-%x')];
}
