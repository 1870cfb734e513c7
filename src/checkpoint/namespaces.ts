/** Kinds of namespaces, as fields of their ids are called: `pid_ns_id`. */
export const NAMESPACES = ['pid', 'net', 'mnt', 'user', 'ipc', 'uts', 'cgroup', 'time'] as const;
export type NamespaceKind = (typeof NAMESPACES)[number];
