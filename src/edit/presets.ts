/**
 * What each option of crit-edit changes: the fields of the messages of proto/, wherever an image holds such a message.
 *
 * Options whose fields depend on each other (both ends of a connection, a name and its directory) have code in edits/, and
 * are listed here so that all of it can be read in one place.
 */

/** Fields by the message that has them. */
export type Fields = Readonly<Record<string, readonly string[]>>;

/** Paths, absolute in the mount namespace of their process. */
export const PATH_FIELDS: Fields = {
  reg_file_entry: ['name'],
  mnt_entry: ['root', 'mountpoint', 'source'],
  fh_entry: ['path'],
  fanotify_mount_mark_entry: ['path'],
  irmap_cache_entry: ['path'],
  binfmt_misc_entry: ['interpreter'],
  ghost_file_entry: ['symlnk_target'],
};

/** Names of sockets, which may be relative to a directory. */
export const SOCKET_FIELDS: Fields = { unix_sk_entry: ['name', 'name_dir'] };

/** Ids of processes, threads, groups and sessions; 0 and -1 stand for none. */
export const PID_FIELDS: Fields = {
  pstree_entry: ['pid', 'ppid', 'pgid', 'sid', 'threads'],
  fown_entry: ['pid'],
  file_lock_entry: ['pid'],
  pidfd_entry: ['nspid'],
  tty_info_entry: ['sid', 'pgrp'],
  posix_timer_entry: ['notify_thread_id'],
  sk_ucred_entry: ['pid'],
  autofs_entry: ['pgrp'],
};

/** Images named by the id of a process or thread: `core-12.img`. */
export const PID_IMAGES: readonly string[] = [
  'CORE',
  'MM',
  'FS',
  'IDS',
  'PAGEMAP',
  'VMAS',
  'CREDS',
  'ITIMERS',
  'POSIX_TIMERS',
  'RLIMIT',
  'SIGACT',
  'SIGNAL',
];

export const UID_FIELDS: Fields = {
  creds_entry: ['uid', 'euid', 'suid', 'fsuid'],
  task_core_entry: ['loginuid'],
  fown_entry: ['uid', 'euid'],
  ghost_file_entry: ['uid'],
  file_perms_entry: ['uid'],
  inet_sk_entry: ['uid'],
  pipe_entry: ['uid'],
  sk_ucred_entry: ['uid'],
  tty_info_entry: ['uid'],
  memfd_inode_entry: ['uid'],
  ipc_desc_entry: ['uid', 'cuid'],
  cgroup_perms: ['uid'],
  autofs_entry: ['uid'],
  tun_link_entry: ['owner'],
};

export const GID_FIELDS: Fields = {
  creds_entry: ['gid', 'egid', 'sgid', 'fsgid', 'groups'],
  ghost_file_entry: ['gid'],
  file_perms_entry: ['gid'],
  pipe_entry: ['gid'],
  sk_ucred_entry: ['gid'],
  tty_info_entry: ['gid'],
  memfd_inode_entry: ['gid'],
  ipc_desc_entry: ['gid', 'cgid'],
  cgroup_perms: ['gid'],
  autofs_entry: ['gid'],
  tun_link_entry: ['group'],
};

/** What CRIU compares with the files of the host before a restore, by the words of --ignore. */
export const IGNORE_FIELDS: Fields = {
  size: ['size'],
  mode: ['mode'],
  'build-id': ['build_id'],
  checksum: ['checksum', 'checksum_config', 'checksum_parameter'],
};

/** Names of what comes from outside the checkpoint. */
export const EXTERNAL_FIELDS: Fields = {
  mnt_entry: ['ext_key'],
  netns_entry: ['ext_key'],
  pidns_entry: ['ext_key'],
};

/** Addresses of the internet protocols, as words of four bytes. */
export const ADDRESS_FIELDS: Fields = {
  inet_sk_entry: ['src_addr', 'dst_addr'],
  sit_entry: ['local', 'remote', 'rd_prefix', 'relay_prefix'],
};

/** Messages of the dumps that CRIU takes of a network namespace: `ifaddr-N.img`, `route-N.img`, `route6-N.img`, `rule-N.img`. */
export interface NetlinkMessage {
  readonly name: string;
  /** Bytes of the message's own header, behind that of netlink. */
  readonly header: number;
  /** Attributes that are an address, by their numbers; for a list of next hops, see MULTIPATH. Source: Linux's rtnetlink.h. */
  readonly addresses: Readonly<Record<number, string>>;
}

export const NETLINK_IMAGES: readonly string[] = ['ifaddr', 'route', 'route6', 'rule'];

export const NETLINK_MESSAGES: Readonly<Record<number, NetlinkMessage>> = {
  20: {
    name: 'RTM_NEWADDR',
    header: 8,
    addresses: { 1: 'IFA_ADDRESS', 2: 'IFA_LOCAL', 4: 'IFA_BROADCAST', 5: 'IFA_ANYCAST', 7: 'IFA_MULTICAST' },
  },
  24: {
    name: 'RTM_NEWROUTE',
    header: 12,
    addresses: { 1: 'RTA_DST', 2: 'RTA_SRC', 5: 'RTA_GATEWAY', 7: 'RTA_PREFSRC' },
  },
  32: { name: 'RTM_NEWRULE', header: 12, addresses: { 1: 'FRA_DST', 2: 'FRA_SRC' } },
};

/** RTA_MULTIPATH: next hops, each with attributes like those of its route. */
export const MULTIPATH: { readonly message: number; readonly attribute: number } = { message: 24, attribute: 9 };
